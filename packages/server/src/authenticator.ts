import { createHash, timingSafeEqual } from "node:crypto";
import { PersistoAuthError, type Memory } from "@persisto/contract";

/** What authentication needs of an engine. */
export interface KeyedProjects {
  readonly apiKeys: {
    /** @throws PersistoAuthError unauthorized for a malformed key, forbidden for an unknown one. */
    verify(key: string): Promise<{ projectId: string }>;
  };
  project(id: string): Memory;
}

/** A key that was not made by the engine, and the project it opens. */
export interface PresetKey {
  key: string;
  projectId: string;
}

/** How every key that an engine makes begins. */
const madeKeyPrefix = "psto_";

/**
 * Finds the Memory of a key's project, one object a project: the preset key first, if there is one, then the
 * engine's own keys. @throws PersistoAuthError from the returned function, as `verify` does; beside a preset key,
 * which may look like anything, a key is malformed only if it begins like the engine's.
 */
export function createAuthenticator(projects: KeyedProjects, preset?: PresetKey): (key: string) => Promise<Memory> {
  const presetDigest = preset && sha256(preset.key);
  const memories = new Map<string, Memory>();
  const memoryOf = (projectId: string): Memory => {
    const memory = memories.get(projectId) ?? projects.project(projectId);
    memories.set(projectId, memory);
    return memory;
  };
  return async (key) => {
    if (preset && presetDigest) {
      // Digests are of one length whatever the key is, which a comparison in constant time needs.
      if (timingSafeEqual(presetDigest, sha256(key))) return memoryOf(preset.projectId);
      if (!key.startsWith(madeKeyPrefix)) {
        throw new PersistoAuthError("The API key is not one of this server's.", { code: "forbidden" });
      }
    }
    const { projectId } = await projects.apiKeys.verify(key);
    return memoryOf(projectId);
  };
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
