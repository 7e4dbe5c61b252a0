-- What was asked in a namespace goes with it.
delete from persisto.queries q
where not exists (select from persisto.namespaces n where n.project_id = q.project_id and n.name = q.namespace);

create index queries_by_namespace on persisto.queries (project_id, namespace, asked_at desc, id desc);

alter table persisto.queries
  add foreign key (project_id, namespace) references persisto.namespaces (project_id, name) on delete cascade;
