create table persisto.organisations (
  id text primary key,
  name text not null,
  created_at timestamptz not null default now()
);

-- Of the projects that nobody made for an organisation.
insert into persisto.organisations (id, name) values ('default', 'Default');

alter table persisto.projects
  add column org_id text not null default 'default' references persisto.organisations,
  add column name text not null default '',
  add column environment text not null default 'live' check (environment in ('live', 'test'));

create index projects_by_organisation on persisto.projects (org_id);

-- Keys of before had all of their project.
alter table persisto.api_keys
  add column scopes text[] not null default array[
    'memories:read', 'memories:write', 'memories:delete', 'queries:read', 'usage:read', 'export:read', 'keys:admin',
    'members:admin', 'project:admin'
  ],
  add column namespaces text[] not null default array['*'],
  add column expires_at timestamptz,
  add column revoked_at timestamptz,
  add column last_used_at timestamptz,
  add column rotated_from text;

alter table persisto.api_keys alter column scopes drop default, alter column namespaces drop default;

-- The keys of those who run the server. They belong to no project.
create table persisto.operator_keys (
  id text primary key,
  name text not null,
  hash text not null,
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);

-- project_id is empty for what concerns an organisation as a whole. No foreign keys: the log outlives what it tells of.
create table persisto.audit_log (
  org_id text not null,
  seq bigint not null,
  project_id text not null,
  at timestamptz not null,
  actor_kind text not null,
  actor_id text not null,
  action text not null,
  target text not null,
  request_id text not null,
  details jsonb not null,
  previous_hash text not null,
  hash text not null,
  primary key (org_id, seq)
);

create index audit_log_by_project on persisto.audit_log (project_id, org_id, seq desc);

create function persisto.audit_hash(entry persisto.audit_log) returns text
  language sql immutable parallel safe
  return encode(sha256(convert_to(jsonb_build_array(
    (entry).previous_hash, (entry).org_id, (entry).seq, (entry).project_id, date_part('epoch', (entry).at)::numeric,
    (entry).actor_kind, (entry).actor_id, (entry).action, (entry).target, (entry).request_id, (entry).details
  )::text, 'UTF8')), 'hex');

-- Whoever inserts chooses neither place, time nor hash. It reads the entries of all projects of the organisation, which
-- whoever inserts does not see.
create function persisto.chain_audit() returns trigger
  language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  last record;
begin
  -- One writer at a time for each organisation, until the end of its transaction.
  perform pg_advisory_xact_lock(hashtextextended('persisto audit of ' || new.org_id, 0));
  select seq, hash into last from persisto.audit_log where org_id = new.org_id order by seq desc limit 1;
  new.seq := coalesce(last.seq, 0) + 1;
  new.previous_hash := coalesce(last.hash, '');
  new.at := date_trunc('milliseconds', clock_timestamp());
  new.hash := persisto.audit_hash(new);
  return new;
end
$$;

create trigger chain_audit before insert on persisto.audit_log for each row execute function persisto.chain_audit();
