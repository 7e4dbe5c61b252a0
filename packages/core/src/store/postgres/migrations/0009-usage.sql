-- What a memory counts with: content and metadata, in UTF-8.
alter table persisto.memories
  add column bytes integer not null generated always as (octet_length(content) + octet_length(metadata::text)) stored;

-- What was used, an entry for each write and each query, in its transaction. Written by the functions below alone. No foreign keys:
-- it outlives what it tells of.
create table persisto.usage_events (
  project_id text not null,
  at timestamptz not null default clock_timestamp(),
  id bigint generated always as identity,
  -- 'host' for what the program does that Persisto runs in, expiry among it.
  key_id text not null,
  saves bigint not null,
  queries bigint not null,
  embedded_tokens bigint not null,
  -- Less than nothing for what was deleted.
  stored_bytes bigint not null,
  primary key (project_id, at, id)
);

-- Entries come in the order of time: a summary of each range of pages is all that reading an hour of every project needs.
create index usage_events_by_time on persisto.usage_events using brin (at) with (pages_per_range = 32);

-- The entries of each hour, added up anew and never counted on.
create table persisto.usage_hours (
  project_id text not null,
  hour timestamptz not null,
  key_id text not null,
  saves bigint not null,
  queries bigint not null,
  embedded_tokens bigint not null,
  stored_bytes bigint not null,
  primary key (project_id, hour, key_id)
);

-- The end of the hours that have been added up.
create table persisto.usage_rolled_up (through timestamptz not null);

insert into persisto.usage_rolled_up (through) select date_trunc('hour', now(), 'UTC');

-- Null for no limit. What was used this month, and what is stored, is counted here only where there is a limit to hold.
create table persisto.quotas (
  project_id text primary key references persisto.projects on delete cascade,
  month date not null,
  max_saves bigint,
  saves bigint not null,
  max_queries bigint,
  queries bigint not null,
  max_embedded_tokens bigint,
  embedded_tokens bigint not null,
  max_stored_bytes bigint,
  stored_bytes bigint not null
);

create function persisto.note_usage(project text, saves bigint, queries bigint, embedded_tokens bigint, stored_bytes bigint)
  returns void language plpgsql
as $$
#variable_conflict use_column
declare
  quota persisto.quotas;
begin
  insert into persisto.usage_events (project_id, key_id, saves, queries, embedded_tokens, stored_bytes)
  values (project, coalesce(nullif(current_setting('persisto.key_id', true), ''), 'host'),
    note_usage.saves, note_usage.queries, note_usage.embedded_tokens, note_usage.stored_bytes);
  -- After the entry: whoever sets a quota locks the entries first, and counts them.
  update persisto.quotas q set
    month = greatest(q.month, now.month),
    saves = case when q.month >= now.month then q.saves else 0 end + note_usage.saves,
    queries = case when q.month >= now.month then q.queries else 0 end + note_usage.queries,
    embedded_tokens = case when q.month >= now.month then q.embedded_tokens else 0 end + note_usage.embedded_tokens,
    stored_bytes = q.stored_bytes + note_usage.stored_bytes
  from (select date_trunc('month', clock_timestamp() at time zone 'UTC')::date as month) now
  where q.project_id = project
  returning q.* into quota;
  if not found then
    return;
  end if;
  perform persisto.hold_quota('storedBytes', quota.stored_bytes, quota.max_stored_bytes, note_usage.stored_bytes);
  perform persisto.hold_quota('savesPerMonth', quota.saves, quota.max_saves, note_usage.saves);
  perform persisto.hold_quota('queriesPerMonth', quota.queries, quota.max_queries, note_usage.queries);
  perform persisto.hold_quota('embeddedTokensPerMonth', quota.embedded_tokens, quota.max_embedded_tokens,
    note_usage.embedded_tokens);
end
$$;

-- What takes nothing more is let through, also where a limit has been set below what is used already.
create function persisto.hold_quota(name text, used bigint, most bigint, more bigint) returns void language plpgsql
as $$
begin
  if more > 0 and used > most then
    raise exception using errcode = 'PQ001', constraint = name,
      message = format('The quota %s of the project is used up: %s of %s, and this needs %s.', name, used - more, most, more);
  end if;
end
$$;

-- These run as the owner of the entries, because nobody who causes one may write them.
create function persisto.count_added() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  sum record;
begin
  for sum in select project_id, count(*) as saves, sum(bytes) as bytes from added group by project_id loop
    perform persisto.note_usage(sum.project_id, sum.saves, 0, persisto.take_embedded_tokens(), sum.bytes::bigint);
  end loop;
  return null;
end
$$;

create function persisto.count_changed() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  sum record;
begin
  for sum in
    select project_id, sum(saves) as saves, sum(bytes) as bytes
    from (
      select project_id, 1 as saves, bytes from after
      union all
      select project_id, 0, -bytes from before
    ) as version
    group by project_id
  loop
    perform persisto.note_usage(sum.project_id, sum.saves, 0, persisto.take_embedded_tokens(), sum.bytes::bigint);
  end loop;
  return null;
end
$$;

create function persisto.count_removed() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  sum record;
begin
  for sum in select project_id, sum(bytes) as bytes from removed group by project_id loop
    perform persisto.note_usage(sum.project_id, 0, 0, 0, -sum.bytes::bigint);
  end loop;
  return null;
end
$$;

-- Once a statement that both adds and changes, and once a transaction.
create function persisto.take_embedded_tokens() returns bigint language plpgsql
as $$
declare
  tokens bigint := coalesce(nullif(current_setting('persisto.embedded_tokens', true), ''), '0');
begin
  if tokens <> 0 then
    perform set_config('persisto.embedded_tokens', '', true);
  end if;
  return tokens;
end
$$;

create trigger count_added after insert on persisto.memories
  referencing new table as added for each statement execute function persisto.count_added();

create trigger count_changed after update on persisto.memories
  referencing old table as before new table as after for each statement execute function persisto.count_changed();

create trigger count_removed after delete on persisto.memories
  referencing old table as removed for each statement execute function persisto.count_removed();

-- Called by a statement that answers a query. Gives whether there was one to count.
create function persisto.count_query() returns boolean
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if coalesce(current_setting('persisto.counts_query', true), '') <> 'yes' then
    return false;
  end if;
  -- Nobody waits for a disk to answer a query. Where nothing is waited for, a commit that is put off is lost with the process.
  if current_setting('fsync') = 'on' then
    perform set_config('synchronous_commit', 'off', true);
  end if;
  perform persisto.note_usage(current_setting('persisto.project_id'), 0, 1, persisto.take_embedded_tokens(), 0);
  return true;
end
$$;

-- What was stored before anybody counted.
insert into persisto.usage_events (project_id, key_id, saves, queries, embedded_tokens, stored_bytes)
select project_id, 'host', 0, 0, 0, sum(bytes) from persisto.memories group by project_id;
