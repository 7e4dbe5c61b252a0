create table persisto.settings (
  name text primary key,
  value text not null
);

create table persisto.projects (
  id text primary key,
  created_at timestamptz not null default now()
);

create table persisto.api_keys (
  project_id text not null references persisto.projects on delete cascade,
  id text not null,
  name text not null,
  hash text not null,
  created_at timestamptz not null default now(),
  primary key (project_id, id)
);

-- A key is looked up before its project is known.
create unique index api_keys_by_id on persisto.api_keys (id);

create table persisto.namespaces (
  project_id text not null references persisto.projects on delete cascade,
  id bigint generated always as identity,
  name text not null,
  created_at timestamptz not null default now(),
  primary key (project_id, id),
  unique (project_id, name)
);

-- Gives memories.seq: the order of saving that lists page by, and the narrow key that chunks refer to.
create sequence persisto.memory_seq;

create table persisto.memories (
  project_id text not null,
  namespace_id bigint not null,
  id text not null,
  seq bigint not null,
  content text not null,
  metadata jsonb not null,
  chunk_count integer not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  expires_at timestamptz,
  primary key (project_id, namespace_id, id),
  unique (project_id, seq),
  foreign key (project_id, namespace_id) references persisto.namespaces on delete cascade
);

create index memories_by_id on persisto.memories (project_id, id);

create index memories_by_age on persisto.memories (project_id, namespace_id, seq desc);

create index memories_by_expiry on persisto.memories (expires_at) where expires_at is not null;

-- A passage of a memory; content is null when the passage is the whole memory. expires_at is its memory's, so that
-- a search need not read the wide rows. seq changes when the id of an expired memory is saved anew.
create table persisto.chunks (
  project_id text not null,
  memory_seq bigint not null,
  ordinal integer not null,
  namespace_id bigint not null,
  content text,
  expires_at timestamptz,
  lexemes tsvector not null,
  primary key (project_id, memory_seq, ordinal),
  foreign key (project_id, memory_seq) references persisto.memories (project_id, seq)
    on delete cascade on update cascade
);

create index chunks_by_namespace on persisto.chunks (project_id, namespace_id);

create index chunks_by_lexeme on persisto.chunks using gin (lexemes);

-- Each space has a table of its own, persisto.embeddings_<id>: an HNSW index needs one fixed dimension, and
-- a narrow table is scanned four times faster than vectors beside their texts.
create table persisto.embedding_spaces (
  id integer primary key generated always as identity,
  embedder_id text not null unique,
  dimensions integer not null,
  created_at timestamptz not null default now()
);

create table persisto.queries (
  project_id text not null references persisto.projects on delete cascade,
  id bigint generated always as identity,
  namespace text not null,
  query_text text not null,
  filters jsonb not null,
  top_k integer not null,
  mode text not null,
  result_count integer not null,
  duration_ms double precision not null,
  asked_at timestamptz not null,
  primary key (project_id, id)
);

create index queries_by_time on persisto.queries (project_id, asked_at desc, id desc);
