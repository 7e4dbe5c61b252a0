-- Text of passages that users bring, which does not stand in the content.
alter table persisto.memories add column passage_bytes integer not null default 0;

create or replace function persisto.count_added() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  sum record;
begin
  for sum in select project_id, count(*) as saves, sum(bytes + passage_bytes) as bytes from added group by project_id loop
    perform persisto.note_usage(sum.project_id, sum.saves, 0, persisto.take_embedded_tokens(), sum.bytes::bigint);
  end loop;
  return null;
end
$$;

create or replace function persisto.count_changed() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  sum record;
begin
  for sum in
    select project_id, sum(saves) as saves, sum(bytes) as bytes
    from (
      select project_id, 1 as saves, bytes + passage_bytes as bytes from after
      union all
      select project_id, 0, -(bytes + passage_bytes) from before
    ) as version
    group by project_id
  loop
    perform persisto.note_usage(sum.project_id, sum.saves, 0, persisto.take_embedded_tokens(), sum.bytes::bigint);
  end loop;
  return null;
end
$$;

create or replace function persisto.count_removed() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  sum record;
begin
  for sum in select project_id, sum(bytes + passage_bytes) as bytes from removed group by project_id loop
    perform persisto.note_usage(sum.project_id, 0, 0, 0, -sum.bytes::bigint);
  end loop;
  return null;
end
$$;
