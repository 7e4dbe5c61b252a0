alter table persisto.namespaces add column language text not null default 'english';

-- In this order the key also serves those who know the id alone.
alter table persisto.memories drop constraint memories_pkey, add primary key (project_id, id, namespace_id);

drop index persisto.memories_by_id;

-- The weight of each term of the passage, under a hash of it, and how many terms it has; null until the text has been
-- analysed.
drop index persisto.chunks_by_lexeme;

alter table persisto.chunks drop column lexemes;

alter table persisto.chunks add column terms sparsevec(1000000000), add column length integer;

create index chunks_to_analyze on persisto.chunks (project_id, memory_seq) where terms is null;

-- Of `{7:0.5556,12:0.7143}/1000000000` the 7 and the 12. A regular expression takes more than twice as long, which is
-- half of a save.
create function persisto.term_keys(terms sparsevec) returns integer[]
  language sql immutable strict parallel safe
  return array(
    select split_part(entry, ':', 1)::integer
    from unnest(string_to_array(split_part(substr(terms::text, 2), '}', 1), ',')) as entry
  );

-- The keys differ from namespace to namespace, so a search reads nothing of others. What is saved waits in a list, which
-- makes saves three times as fast; a short one (1 MB), because a search reads it, and whoever fills it has to sort it in.
create index chunks_by_term on persisto.chunks using gin (persisto.term_keys(terms)) with (gin_pending_list_limit = 1024);

-- The index hashes whole paths: with the namespace at their beginning a search reads nothing of others either.
create function persisto.scoped_metadata(namespace_id bigint, metadata jsonb) returns jsonb
  language sql immutable parallel safe
  return jsonb_build_object(namespace_id::text, metadata);

create index memories_by_metadata on persisto.memories
  using gin (persisto.scoped_metadata(namespace_id, metadata) jsonb_path_ops) with (gin_pending_list_limit = 1024);

-- How similar unrelated texts and how similar a question and its answer are to this embedder; null until measured.
alter table persisto.embedding_spaces add column noise_similarity real, add column match_similarity real;

-- Rows that the vector index of their namespace has not taken in yet.
do $$ declare space record; begin for space in select id from persisto.embedding_spaces loop execute format('alter table persisto.embeddings_%s add column deferred boolean not null default false', space.id); execute format('drop index persisto.embeddings_%s_project_id_namespace_id_idx', space.id); execute format('create index embeddings_%s_by_namespace on persisto.embeddings_%s (project_id, namespace_id, deferred)', space.id, space.id); end loop; end $$;
