import type {
  Actor,
  ApiKey,
  AuditEntry,
  AuditVerdict,
  KeyScope,
  Organisation,
  Project,
  ProjectQuotas,
  QuotaName,
  UsageReport,
  UsageRow,
} from "@persisto/contract";

/** A key as it is checked. */
export interface StoredApiKey {
  readonly id: string;
  readonly projectId: string;
  /** Keyed hash of the key, hexadecimal. */
  readonly hash: string;
  readonly scopes: readonly KeyScope[];
  readonly namespaces: readonly string[];
  /** By the database's clock. */
  readonly state: "active" | "revoked" | "expired";
}

/** A key to be stored. */
export interface NewStoredApiKey {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly hash: string;
  readonly scopes: readonly KeyScope[];
  readonly namespaces: readonly string[];
  /** Null for never. */
  readonly ttlSeconds: number | null;
  readonly rotatedFrom: string | null;
  /** The key that makes it, which it does not outlive; null where somebody else does. */
  readonly madeBy: string | null;
  /** Whether the project is made with it, if it is new. */
  readonly makesProject: boolean;
}

/** A key of those who run the server. */
export interface StoredOperatorKey {
  readonly id: string;
  readonly hash: string;
}

/** Who does something, and on whose request. */
export interface AuditOrigin {
  readonly actor: Actor;
  readonly requestId: string;
}

/** What is written down with a change, in its transaction. */
export interface NewAuditEntry extends AuditOrigin {
  readonly action: string;
  readonly target: string;
  readonly details?: AuditEntry["details"];
}

/** Which entries to read; `before` is the last one seen. */
export interface AuditRequest {
  /** Undefined: of all. */
  readonly organisation: string | undefined;
  readonly projectId: string | undefined;
  readonly limit: number;
  readonly before: { readonly organisation: string; readonly seq: string } | undefined;
}

/** Which usage to read. */
export interface UsageRequest extends Pick<UsageReport, "from" | "to" | "by"> {
  readonly projectId: string;
  /** Undefined: of all keys. */
  readonly keyId: string | undefined;
  readonly isPerKey: boolean;
}

/** Where organisations, projects, keys and the audit log are kept. Every change is written to the log with it, or not done. */
export interface AccessStore {
  /** The setting's value; `initial` is stored first if there is none. */
  setting(name: string, initial: string): Promise<string>;

  findKey(id: string): Promise<StoredApiKey | null>;
  countKeys(projectId: string): Promise<number>;
  /**
   * Null when there is no such project, and the key does not make it.
   * @throws PersistoAuthError forbidden when the key that makes it has ended.
   */
  insertKey(key: NewStoredApiKey, audit: NewAuditEntry): Promise<ApiKey | null>;
  /** Inserts a key and has the one it takes the place of end; null when that one is unknown or has ended. */
  replaceKey(key: NewStoredApiKey, options: { graceSeconds: number; audit: NewAuditEntry }): Promise<ApiKey | null>;
  listKeys(projectId: string): Promise<ApiKey[]>;
  /** Null for an unknown key; one that has ended stays as it is. */
  revokeKey(key: { projectId: string; id: string }, audit: NewAuditEntry): Promise<ApiKey | null>;
  /** Notes when keys were last used; an earlier time than is known changes nothing. */
  noteKeyUse(uses: readonly { readonly id: string; readonly ageMs: number }[]): Promise<void>;

  findOperatorKey(id: string): Promise<StoredOperatorKey | null>;
  countOperatorKeys(): Promise<number>;
  insertOperatorKey(key: StoredOperatorKey & { readonly name: string }, audit: NewAuditEntry): Promise<void>;

  /** Null when the id is taken. */
  insertOrganisation(organisation: { id: string; name: string }, audit: NewAuditEntry): Promise<Organisation | null>;
  listOrganisations(): Promise<Organisation[]>;
  removeOrganisation(id: string, audit: NewAuditEntry): Promise<"removed" | "unknown" | "has projects">;

  /** Null when the id is taken; undefined when there is no such organisation. */
  insertProject(
    project: Omit<Project, "createdAt">,
    audit: NewAuditEntry,
  ): Promise<Project | "taken" | "unknown organisation">;
  listProjects(organisation: string | undefined): Promise<Project[]>;
  findProject(id: string): Promise<Project | null>;
  renameProject(project: { id: string; name: string }, audit: NewAuditEntry): Promise<Project | null>;
  /** Deletes everything in it. False for an unknown project. */
  removeProject(id: string, audit: NewAuditEntry): Promise<boolean>;

  /** Null for an unknown project. */
  findQuotas(projectId: string): Promise<ProjectQuotas | null>;
  /** Null for an unknown project. @throws PersistoError unavailable while writes are under way that take long. */
  setQuotas(
    quotas: { projectId: string; limits: Readonly<Record<QuotaName, number | null>> },
    audit: NewAuditEntry,
  ): Promise<ProjectQuotas | null>;

  readUsage(request: UsageRequest): Promise<UsageRow[]>;
  /** Null for a project that has never used anything. */
  storedBytes(projectId: string): Promise<number | null>;

  pageAudit(request: AuditRequest): Promise<AuditEntry[]>;
  /** Reads the whole log of an organisation. */
  verifyAudit(organisation: string): Promise<AuditVerdict>;
}
