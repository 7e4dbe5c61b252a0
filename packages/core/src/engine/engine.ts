import type { Filters } from "@persisto/contract";
import type { EmbeddingService } from "../embedders/embedding-service.js";
import type { DefaultTtl } from "../lifecycle/default-ttl.js";
import type { Gate } from "../lifecycle/gate.js";
import type { QueryHistory } from "../lifecycle/query-history.js";
import type { NamespaceCatalog } from "../namespaces/namespace-catalog.js";
import type { RerankService } from "../rerankers/rerank-service.js";
import type { Cursors } from "../paging/cursors.js";
import type { Calibration } from "../retrieval/calibrate.js";
import type { ProfileCatalog } from "../retrieval/profile-catalog.js";
import type { NewAuditEntry } from "../store/access-store.js";
import type { NamespaceStatistics, Store } from "../store/store.js";
import type { Scope } from "../tenancy/scope.js";

/** The key of one request. */
export interface Idempotency {
  readonly key: string;
  /** Told when the answer is that of an earlier request. */
  onReplay(): void;
}

/** What every verb works with: the parts of the engine, bound to one project. */
export interface Engine {
  readonly scope: Scope;
  readonly store: Store;
  readonly catalog: NamespaceCatalog;
  readonly embedding: EmbeddingService;
  /** What similarities mean to the embedder. */
  readonly calibration: () => Promise<Calibration>;
  readonly profiles: ProfileCatalog;
  readonly defaultTtl: DefaultTtl;
  /** Null where queries cannot ask for it. */
  readonly reranking: RerankService | null;
  readonly history: QueryHistory;
  readonly cursors: Cursors;
  /** Every verb goes through it, so that closing can wait for those under way. */
  readonly gate: Gate;
  /** How a write is known that may come again; null when it cannot be. */
  readonly idempotency: Idempotency | null;
  /** What a memory must meet at the moment in which it is changed. */
  readonly forced: Filters;
  /** What to write to the audit log about a namespace; null where nobody acts who could be named. */
  readonly audit: ((action: string, namespace: string) => NewAuditEntry) | null;
  /** Has the vector index of the namespace built or completed, if it is large enough for one. */
  readonly considerIndex: (scope: Scope, namespace: string, statistics: NamespaceStatistics) => void;
  /** Finds the terms of passages that have none; resolves when every one has. */
  readonly analyzePassages: () => Promise<unknown>;
  readonly newId: () => string;
}
