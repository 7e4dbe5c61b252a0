import type { Organisation, Project } from "@persisto/contract";
import type { NewAuditEntry } from "../../../access-store.js";
import type { Query } from "../../../sql-client.js";
import { appendAudit } from "./audit.js";

interface OrganisationRow {
  id: string;
  name: string;
  created_at: Date;
}

function toOrganisation({ id, name, created_at: createdAt }: OrganisationRow): Organisation {
  return { id, name, createdAt: createdAt.toISOString() };
}

/** Runs inside a transaction. */
export async function insertOrganisation(
  query: Query,
  { id, name }: { id: string; name: string },
  audit: NewAuditEntry,
): Promise<Organisation | null> {
  const [row] = await query<OrganisationRow>(
    "insert into persisto.organisations (id, name) values ($1, $2) on conflict do nothing returning id, name, created_at",
    [id, name],
  );
  if (!row) return null;
  await appendAudit(query, { organisation: id }, audit);
  return toOrganisation(row);
}

export async function listOrganisations(query: Query): Promise<Organisation[]> {
  const rows = await query<OrganisationRow>(
    `select id, name, created_at from persisto.organisations order by id collate "C"`,
  );
  return rows.map(toOrganisation);
}

/** Runs inside a transaction. */
export async function removeOrganisation(
  query: Query,
  id: string,
  audit: NewAuditEntry,
): Promise<"removed" | "unknown" | "has projects"> {
  const rows = await query("select from persisto.organisations where id = $1 for update", [id]);
  if (rows.length === 0) return "unknown";
  const projects = await query("select from persisto.projects where org_id = $1 limit 1", [id]);
  if (projects.length > 0) return "has projects";
  await query("delete from persisto.organisations where id = $1", [id]);
  await appendAudit(query, { organisation: id }, audit);
  return "removed";
}

interface ProjectRow {
  id: string;
  org_id: string;
  name: string;
  environment: Project["environment"];
  created_at: Date;
}

const columns = "id, org_id, name, environment, created_at";

function toProject(row: ProjectRow): Project {
  return {
    id: row.id,
    organisation: row.org_id,
    name: row.name,
    environment: row.environment,
    createdAt: row.created_at.toISOString(),
  };
}

/** Runs inside a transaction. */
export async function insertProject(
  query: Query,
  { id, organisation, name, environment }: Omit<Project, "createdAt">,
  audit: NewAuditEntry,
): Promise<Project | "taken" | "unknown organisation"> {
  // Held until the end, so that nobody deletes it meanwhile.
  const owners = await query("select from persisto.organisations where id = $1 for key share", [organisation]);
  if (owners.length === 0) return "unknown organisation";
  const [row] = await query<ProjectRow>(
    `insert into persisto.projects (id, org_id, name, environment) values ($1, $2, $3, $4)
    on conflict do nothing
    returning ${columns}`,
    [id, organisation, name, environment],
  );
  if (!row) return "taken";
  await appendAudit(query, { projectId: id }, audit);
  return toProject(row);
}

export async function listProjects(query: Query, organisation: string | undefined): Promise<Project[]> {
  const rows = await query<ProjectRow>(
    `select ${columns} from persisto.projects where $1::text is null or org_id = $1 order by id collate "C"`,
    [organisation ?? null],
  );
  return rows.map(toProject);
}

export async function findProject(query: Query, id: string): Promise<Project | null> {
  const [row] = await query<ProjectRow>(`select ${columns} from persisto.projects where id = $1`, [id]);
  return row ? toProject(row) : null;
}

/** Runs inside a transaction. */
export async function renameProject(
  query: Query,
  { id, name }: { id: string; name: string },
  audit: NewAuditEntry,
): Promise<Project | null> {
  const [row] = await query<ProjectRow>(`update persisto.projects set name = $2 where id = $1 returning ${columns}`, [
    id,
    name,
  ]);
  if (!row) return null;
  await appendAudit(query, { projectId: id }, audit);
  return toProject(row);
}

/** Runs inside a transaction. */
export async function removeProject(query: Query, id: string, audit: NewAuditEntry): Promise<boolean> {
  const [row] = await query<Pick<ProjectRow, "org_id">>(
    "select org_id from persisto.projects where id = $1 for update",
    [id],
  );
  if (!row) return false;
  await query("delete from persisto.projects where id = $1", [id]);
  // Last: until the end of the transaction nobody else writes to the log of the organisation.
  await appendAudit(query, { projectId: id, organisation: row.org_id }, audit);
  return true;
}
