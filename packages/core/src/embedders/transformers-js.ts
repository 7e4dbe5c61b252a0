import { PersistoError, type Embedder } from "@persisto/contract";
import { loadPeer } from "../providers/load-peer.js";
import { makeEmbedder, type EmbedderOptions } from "./make-embedder.js";
import { modelCacheDirectory } from "./model-cache-directory.js";
import { toVectors } from "./to-vector.js";

/** What is used of the package `@huggingface/transformers`. */
export interface TransformersModule {
  pipeline(task: "feature-extraction", model: string, options: PipelineOptions): Promise<FeatureExtractor>;
}

interface PipelineOptions {
  cache_dir: string;
  dtype: TransformersDtype;
  revision?: string;
  device?: TransformersDevice;
  progress_callback?: (event: ProgressEvent) => void;
}

interface ProgressEvent {
  status: string;
  file?: string;
  loaded?: number;
  total?: number;
}

type FeatureExtractor = (
  texts: string[],
  options: { pooling: TransformersPooling; normalize: boolean },
) => Promise<{ tolist(): unknown }>;

/** Number format of the weights. The vectors of two formats differ, so it is part of the id. */
export type TransformersDtype = "fp32" | "fp16" | "q8" | "int8" | "uint8" | "q4" | "bnb4" | "q4f16";

/** How the vectors of a text's tokens become one. */
export type TransformersPooling = "mean" | "cls" | "last_token";

/** Where the model runs; what there is depends on the machine. */
export type TransformersDevice = "cpu" | "cuda" | "dml" | "webgpu" | "auto";

/** Part of a download that has arrived. */
export interface ModelDownload {
  file: string;
  loadedBytes: number;
  totalBytes: number;
}

/** How to run a model with transformers.js. */
export interface TransformersJsOptions extends EmbedderOptions {
  /** Default `fp32`. With any but `fp32` and `fp16` texts are embedded one at a time. */
  dtype?: TransformersDtype;
  /** As the model's page says. Default `mean`. With `last_token` texts are embedded one at a time. */
  pooling?: TransformersPooling;
  /** Branch, tag or commit of the model; name a commit to keep the vectors from changing. Default `main`. */
  revision?: string;
  /** What the model wants in front of a query, e.g. `query: `. */
  queryPrefix?: string;
  /** What the model wants in front of a document, e.g. `passage: `. */
  documentPrefix?: string;
  /** Default: the processor. */
  device?: TransformersDevice;
  /** Where downloaded models are kept. Default: `persisto/models` in the cache directory of the user. */
  cacheDir?: string;
  /** Told about the download at the first use. */
  onProgress?: (download: ModelDownload) => void;
  /**
   * Loads the package; for bundled programs: `() => import("@huggingface/transformers")`. Not typed, because the
   * package's own types are too complex to compare with.
   */
  load?: () => Promise<unknown>;
}

const PACKAGE = "@huggingface/transformers";
/** Every text is padded to the longest of its batch; on two cores 32 short texts went 1.2 to 2 times as fast as one. */
const MAX_BATCH = 32;
/**
 * q8, int8 and uint8 quantise activations with one scale over the whole batch: the same text alone and among three
 * others had a cosine of 0.986 (all-MiniLM-L6-v2, int8). The 4-bit formats are not measured.
 */
const batchInvariant: readonly TransformersDtype[] = ["fp32", "fp16"];

/**
 * An embedder over a model from the Hugging Face Hub, or in a folder, run in this process by the package
 * `@huggingface/transformers`. Package and model are loaded at the first use, or at once to measure the dimensions.
 * @throws PersistoError embedder_failed when the package is missing or the model cannot be loaded.
 */
export async function transformersJs(model: string, options: TransformersJsOptions = {}): Promise<Embedder> {
  const { dtype = "fp32", pooling = "mean", revision, queryPrefix = "", documentPrefix = "" } = options;
  // transformers.js takes the last place of the padded batch for the last token of each text.
  const oneAtATime = pooling === "last_token" || !batchInvariant.includes(dtype);
  let loading: Promise<FeatureExtractor> | undefined;
  const load = (): Promise<FeatureExtractor> =>
    (loading ??= loadExtractor(model, { ...options, dtype }).catch((error: unknown) => {
      loading = undefined; // the next call tries again
      throw error;
    }));

  return makeEmbedder(
    {
      name: `transformers.js/${model}${revision === undefined ? "" : `@${revision}`}`,
      traits: [
        dtype,
        pooling,
        ...(queryPrefix && [`query=${JSON.stringify(queryPrefix)}`]),
        ...(documentPrefix && [`document=${JSON.stringify(documentPrefix)}`]),
      ],
      maxBatch: MAX_BATCH,
      embed: async (texts, { kind, signal }) => {
        const extract = await load();
        const prefix = kind === "query" ? queryPrefix : documentPrefix;
        const prefixed = texts.map((text) => prefix + text);
        const vectors: Float32Array[] = [];
        for (const batch of oneAtATime ? prefixed.map((text) => [text]) : [prefixed]) {
          signal?.throwIfAborted();
          vectors.push(...toVectors((await extract(batch, { pooling, normalize: true })).tolist()));
        }
        return vectors;
      },
    },
    options,
  );
}

async function loadExtractor(
  model: string,
  options: TransformersJsOptions & { dtype: TransformersDtype },
): Promise<FeatureExtractor> {
  const { cacheDir = modelCacheDirectory(), device, dtype, load = importPackage, onProgress, revision } = options;
  const { pipeline } = (await loadPeer(PACKAGE, load)) as TransformersModule;
  try {
    return await pipeline("feature-extraction", model, {
      cache_dir: cacheDir, // the package's default is inside node_modules, which every install empties
      dtype,
      ...(revision !== undefined && { revision }),
      ...(device !== undefined && { device }),
      ...(onProgress && { progress_callback: reportTo(onProgress) }),
    });
  } catch (cause) {
    const hint = "is its name right, does it have this dtype, and can the Hub be reached for the first download?";
    throw new PersistoError("embedder_failed", `Cannot load the model ${model}: ${hint} See the cause.`, { cause });
  }
}

/** Not a literal, so that compilers and bundlers do not look for a package that need not be there. */
function importPackage(): Promise<unknown> {
  const name: string = PACKAGE;
  return import(name);
}

function reportTo(onProgress: (download: ModelDownload) => void): (event: ProgressEvent) => void {
  return ({ status, file, loaded, total }) => {
    if (status !== "progress" || file === undefined || loaded === undefined || total === undefined) return;
    onProgress({ file, loadedBytes: loaded, totalBytes: total });
  };
}
