import { createHash, timingSafeEqual } from "node:crypto";
import { keyScopes, PersistoAuthError, type Administration, type Memory, type Principal } from "@persisto/contract";

/** What a credential opens, on one request. */
export interface Opened {
  /** Whose it is. */
  readonly principal: Principal;
  /** What its requests are counted under: a project, or all operators. */
  readonly owner: string;
  /** @throws PersistoAuthError forbidden for an operator's. */
  readonly memory: Memory;
  readonly administration: Administration;
}

/** What authentication needs of an engine. */
export interface AccessSource {
  /** @throws PersistoAuthError unauthorized when malformed, forbidden for what is none of this store's. */
  authenticate(credential: string): Promise<Principal>;
  of(principal: Principal, request: RequestContext): Pick<Opened, "memory" | "administration">;
}

/** What a request is known by. */
export interface RequestContext {
  readonly requestId: string;
  /** Of a write that may be sent again. */
  readonly idempotencyKey?: string | undefined;
  /** Told when it is answered as it was before. */
  readonly onReplay?: () => void;
}

/** A key that was not made by the engine, and the project it opens; null for an operator's, which administers. */
export interface PresetKey {
  key: string;
  projectId: string | null;
}

/** Finds out what a credential opens. */
export type Authenticate = (credential: string, request: RequestContext) => Promise<Opened>;

/** No project has this id. */
const operators = ":operators";

/** How every credential that an engine makes begins. */
export const madePrefix = "psto_";

/**
 * Opens with every right what the preset keys are for, and what the engine's own credentials open. @throws PersistoAuthError
 * from the returned function, as `authenticate` does; beside a preset key, which may look like anything, a key is
 * malformed only if it begins like the engine's.
 */
export function createAuthenticator(access: AccessSource, presets: readonly PresetKey[] = []): Authenticate {
  const known = presets.map(({ key, projectId }) => ({ digest: sha256(key), principal: presetPrincipal(projectId) }));
  const open = (principal: Principal, request: RequestContext): Opened => {
    const opened = access.of(principal, request);
    return {
      principal,
      owner: principal.projectId ?? operators,
      // Neither is read here: a request needs one of the two, and an operator has no memory.
      get memory() {
        return opened.memory;
      },
      get administration() {
        return opened.administration;
      },
    };
  };
  return async (credential, request) => {
    if (known.length > 0) {
      // Digests are of one length whatever the key is, which a comparison in constant time needs.
      const digest = sha256(credential);
      const preset = known.find((candidate) => timingSafeEqual(candidate.digest, digest));
      if (preset) return open(preset.principal, request);
      if (!credential.startsWith(madePrefix)) {
        throw new PersistoAuthError("The API key is not one of this server's.", { code: "forbidden" });
      }
    }
    return open(await access.authenticate(credential), request);
  };
}

function presetPrincipal(projectId: string | null): Principal {
  const id = "preset";
  return projectId === null
    ? { actor: { kind: "operator", id }, projectId, scopes: [], namespaces: [], filters: null }
    : { actor: { kind: "key", id }, projectId, scopes: keyScopes, namespaces: ["*"], filters: null };
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
