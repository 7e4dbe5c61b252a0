import type { Calibration } from "../retrieval/calibrate.js";
import type { Store } from "../store/store.js";
import type { EmbeddingService } from "./embedding-service.js";

/** Gives what is noise and what is a match to the embedder of a store: measured by the first query, then kept with the vectors. */
export function createCalibrationService(
  store: Pick<Store, "calibration" | "storeCalibration">,
  embedding: Pick<EmbeddingService, "calibrate">,
): () => Promise<Calibration> {
  let known: Promise<Calibration> | undefined;

  async function find(): Promise<Calibration> {
    const stored = await store.calibration();
    if (stored !== null) return stored;
    await store.storeCalibration(await embedding.calibrate());
    // Another server may have been first.
    return (await store.calibration())!;
  }

  return () => {
    known ??= find().catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
}
