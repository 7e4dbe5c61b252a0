import { PersistoError } from "@persisto/contract";

/**
 * Loads a package that Persisto does not bring along.
 * @throws PersistoError embedder_failed, not retryable, when it is not installed.
 */
export async function loadPeer<Module>(name: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND") throw cause;
    const remedy = `This embedder needs the ${name} package, which is not installed; run: npm install ${name}`;
    throw new PersistoError("embedder_failed", remedy, { retryable: false, cause });
  }
}
