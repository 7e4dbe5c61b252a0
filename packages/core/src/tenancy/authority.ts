import {
  PersistoAuthError,
  PersistoNotFoundError,
  type KeyScope,
  type Principal,
  type Resource,
} from "@persisto/contract";
import { coversGlob } from "../namespaces/namespace-globs.js";

/** What a principal may administer; each function throws when it may not. */
export interface Authority {
  /** @throws PersistoAuthError forbidden. */
  requireOperator(): void;
  /** @throws PersistoNotFoundError for the project of somebody else, PersistoAuthError forbidden without the scope. */
  requireProject(projectId: string, scope: KeyScope): void;
  /** @throws PersistoAuthError forbidden when a key would be able to do more than whoever gets it. */
  requireNoMore(rights: { scopes: readonly KeyScope[]; namespaces: readonly string[] }): void;
}

export function authorityOf(principal: Principal): Authority {
  const isOperator = principal.actor.kind === "operator";
  return {
    requireOperator() {
      if (!isOperator) throw forbidden("This needs an operator key.");
    },
    requireProject(projectId, scope) {
      if (isOperator) return;
      if (principal.projectId !== projectId) throw notFound("project", projectId);
      requireScope(principal, scope);
    },
    requireNoMore({ scopes, namespaces }) {
      if (isOperator) return;
      const missing = scopes.filter((scope) => !principal.scopes.includes(scope));
      if (missing.length > 0) throw forbidden(`You cannot give what you do not have: ${missing.join(", ")}.`);
      if (!namespaces.every((glob) => coversGlob(principal.namespaces, glob))) {
        throw forbidden("You cannot give namespaces that you may not use.");
      }
    },
  };
}

/** @throws PersistoAuthError forbidden. */
export function requireScope({ scopes }: Principal, scope: KeyScope): void {
  if (!scopes.includes(scope)) throw forbidden(`This needs the scope ${scope}, which the credential does not have.`);
}

export function forbidden(message: string): PersistoAuthError {
  return new PersistoAuthError(message, { code: "forbidden" });
}

export function notFound(resource: Resource, id: string): PersistoNotFoundError {
  return new PersistoNotFoundError(`There is no ${resource} ${JSON.stringify(id)}.`, { details: { resource } });
}
