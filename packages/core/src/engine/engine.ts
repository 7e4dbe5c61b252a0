import type { EmbeddingService } from "../embedders/embedding-service.js";
import type { Gate } from "../lifecycle/gate.js";
import type { QueryHistory } from "../lifecycle/query-history.js";
import type { Store } from "../store/store.js";
import type { Scope } from "../tenancy/scope.js";

/** What every verb works with: the parts of the engine, bound to one project. */
export interface Engine {
  readonly scope: Scope;
  readonly store: Store;
  readonly embedding: EmbeddingService;
  readonly history: QueryHistory;
  /** Every verb goes through it, so that closing can wait for those under way. */
  readonly gate: Gate;
  readonly newId: () => string;
}
