import { createHash, timingSafeEqual } from "node:crypto";
import type { Memory } from "@persisto/contract";

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

/** Finds the Memory of a key's project: the preset key first, if there is one, then the engine's own keys. */
export function createAuthenticator(projects: KeyedProjects, preset?: PresetKey): (key: string) => Promise<Memory> {
  const presetDigest = preset && sha256(preset.key);
  return async (key) => {
    // Digests are of one length whatever the key is, which a comparison in constant time needs.
    if (presetDigest && timingSafeEqual(presetDigest, sha256(key))) return projects.project(preset.projectId);
    const { projectId } = await projects.apiKeys.verify(key);
    return projects.project(projectId);
  };
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
