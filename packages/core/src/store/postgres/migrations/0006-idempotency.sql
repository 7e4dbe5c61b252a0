-- Writes that were sent with a key: who is at it until when, and once it is done, what it was answered with. Keys appear under a
-- hash, and answers hold no content, so that nothing is left here of what is erased elsewhere.
create table persisto.idempotency_keys (
  project_id text not null references persisto.projects on delete cascade,
  key_hash text not null,
  fingerprint text not null,
  attempt text not null,
  lease_ends_at timestamptz not null,
  answer jsonb,
  created_at timestamptz not null default now(),
  primary key (project_id, key_hash)
);

create index idempotency_keys_by_age on persisto.idempotency_keys (created_at);
