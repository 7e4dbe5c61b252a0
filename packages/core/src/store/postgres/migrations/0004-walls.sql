-- Row security (wall.ts) keeps the planner from every index whose operators Postgres does not trust to be silent: it might
-- show rows that are not to be seen. GIN's are such. Through these views, whose owner sees every project and which show
-- one, it uses them.
create view persisto.project_chunks as
  select project_id, memory_seq, ordinal, namespace_id, expires_at, terms, length
  from persisto.chunks
  where project_id = (select current_setting('persisto.project_id', true));

create view persisto.project_memories as
  select project_id, namespace_id, seq, metadata, expires_at
  from persisto.memories
  where project_id = (select current_setting('persisto.project_id', true));
