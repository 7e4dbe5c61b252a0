export { PersistoStore } from "./persisto-store.js";
export type { PersistoStoreOptions, PersistoStoreTtl } from "./persisto-store.js";
