export { checkMemory } from "./check-memory.js";
export { invalidInput } from "./invalid-input.js";
export { orEmpty } from "./or-empty.js";
export { readPages } from "./read-pages.js";
export { renderMemories, type RenderOptions, type ShownMemory } from "./render-memories.js";
export { saveAll } from "./save-all.js";
export { queryText, storableText } from "./storable-text.js";
export { toMetadata } from "./to-metadata.js";
