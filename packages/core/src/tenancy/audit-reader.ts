import type { Administration, Principal } from "@persisto/contract";
import { listAuditSchema, organisationSchema, parseInput } from "@persisto/contract/http";
import type { Cursors } from "../paging/cursors.js";
import type { AccessStore } from "../store/access-store.js";
import { authorityOf } from "./authority.js";

const defaultPageSize = 100;

/** Reads the audit log: the operator that of every organisation, a key that of its project. */
export function auditReader(
  { store, cursors }: { store: Pick<AccessStore, "pageAudit" | "verifyAudit" | "findProject">; cursors: Cursors },
  principal: Principal,
): Pick<Administration, "listAudit" | "verifyAudit"> {
  const { requireOperator, requireProject } = authorityOf(principal);
  const place = { kind: "audit", owner: principal.projectId ?? "" };

  /** Whose log to read; null for none. An earlier project of the same id may have been somebody else's. */
  async function organisationOf(project: string | undefined, asked: string | undefined) {
    if (project === undefined || principal.projectId === null) return asked;
    const own = (await store.findProject(project))?.organisation ?? null;
    return asked === undefined || asked === own ? own : null;
  }

  return {
    async listAudit(input = {}) {
      const { organisation: asked, project, limit = defaultPageSize, cursor } = parseInput(listAuditSchema, input);
      if (project === undefined) requireOperator();
      else requireProject(project, "project:admin");
      const organisation = await organisationOf(project, asked);
      const position = cursors.decode(place, cursor);
      if (organisation === null) return { entries: [], nextCursor: null };
      const rows = await store.pageAudit({
        organisation,
        projectId: project,
        limit: limit + 1,
        before: position && { organisation: position[0]!, seq: position[1]! },
      });
      const entries = rows.slice(0, limit);
      const last = entries.at(-1);
      return {
        entries,
        nextCursor: last && rows.length > limit ? cursors.encode(place, [last.organisation, String(last.seq)]) : null,
      };
    },

    async verifyAudit(input) {
      requireOperator();
      return store.verifyAudit(parseInput(organisationSchema, input).organisation);
    },
  };
}
