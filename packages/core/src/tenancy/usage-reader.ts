import { PersistoValidationError, type Administration, type Principal } from "@persisto/contract";
import { parseInput, projectSchema, usageSchema } from "@persisto/contract/http";
import type { AccessStore } from "../store/access-store.js";
import { authorityOf, notFound } from "./authority.js";

const dayMs = 86_400_000;
const defaultDays = 30;

/** Reports what was used: the operator of every project, a key of its own. */
export function usageReader(
  store: Pick<AccessStore, "findProject" | "findQuotas" | "readUsage" | "storedBytes">,
  principal: Principal,
): Pick<Administration, "getUsage" | "getQuotas"> {
  const { requireProject } = authorityOf(principal);
  return {
    async getUsage(input = {}) {
      const parsed = parseInput(usageSchema, input);
      const { to = today(), by = "day", key: keyId, perKey: isPerKey = false } = parsed;
      const { project = principal.projectId, from = daysBefore(to, defaultDays - 1) } = parsed;
      if (project === null) throw invalid("project", "is required: an operator key belongs to no project");
      if (from > to) throw invalid("from", "must not be after to");
      requireProject(project, "usage:read");
      const storedBytes = await store.storedBytes(project);
      // What a project has used is told when the project is gone, too.
      if (storedBytes === null && (await store.findProject(project)) === null) throw notFound("project", project);
      const usage = await store.readUsage({ projectId: project, from, to, by, keyId, isPerKey });
      return { project, from, to, by, usage, storedBytes: storedBytes ?? 0 };
    },

    async getQuotas(input) {
      const { project } = parseInput(projectSchema, input);
      requireProject(project, "usage:read");
      const quotas = await store.findQuotas(project);
      if (quotas === null) throw notFound("project", project);
      return quotas;
    },
  };
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

function daysBefore(day: string, days: number): string {
  return new Date(Date.parse(day) - days * dayMs).toISOString().slice(0, 10);
}

function invalid(field: string, message: string): PersistoValidationError {
  return new PersistoValidationError([{ field, message }]);
}
