import type { Actor, KeyScope } from "./access.js";
import type { Filters } from "./filter.js";
import type { ProjectQuotas, QuotasInput, UsageInput, UsageReport } from "./usage.js";

/** Who owns projects. */
export interface Organisation {
  /** 1 to 64 letters, digits, `_`, `-` or `.`. */
  id: string;
  name: string;
  createdAt: string;
}

/** Where memories and keys are. */
export interface Project {
  /** 1 to 64 letters, digits, `_`, `-` or `.`; one project of the whole server. */
  id: string;
  organisation: string;
  name: string;
  /** Shows in the keys of the project: `psto_live_...` or `psto_test_...`. */
  environment: "live" | "test";
  createdAt: string;
}

/** A key as it can be shown. */
export interface ApiKey {
  id: string;
  project: string;
  name: string;
  scopes: KeyScope[];
  /** Globs of the namespaces it may use. */
  namespaces: string[];
  createdAt: string;
  /** Null for never. */
  expiresAt: string | null;
  /** Null for a key that works. */
  revokedAt: string | null;
  /** To about a minute; null before the first use. */
  lastUsedAt: string | null;
  /** The key it was made to take the place of. */
  rotatedFrom: string | null;
}

/** A new key. This is the only time it is shown. */
export interface CreatedApiKey extends ApiKey {
  key: string;
}

/** What a new key may do. */
export interface NewApiKey {
  project: string;
  name: string;
  /** Default: what concerns memories and their queries. No more than the maker's own. */
  scopes?: KeyScope[];
  /** Default: every namespace that the maker may use. */
  namespaces?: string[];
  /** Default 90 days; null for never. */
  ttlSeconds?: number | null;
}

/** What a new token may do: no more than the key that makes it. */
export interface NewToken {
  /** Of `memories:read`, `memories:write` and `memories:delete`. Default: reading. */
  scopes?: KeyScope[];
  namespaces: string[];
  /** What every memory that it sees or writes must meet. */
  filters?: Filters;
  /** 1 to 3600. Default 900. */
  ttlSeconds?: number;
}

/** A token for a browser or an end user. */
export interface CreatedToken {
  token: string;
  expiresAt: string;
}

/** Something that was done. Holds no content and no secret. */
export interface AuditEntry {
  organisation: string;
  /** Position in the organisation's log, from 1 on without a gap. */
  seq: number;
  /** Empty for what concerns the organisation as a whole. */
  project: string;
  at: string;
  actor: Actor;
  /** E.g. `key.create`. */
  action: string;
  /** What it was done to. Namespaces appear under a hash: their names may be those of people. */
  target: string;
  requestId: string;
  /** Numbers and settings, e.g. how many memories were deleted. */
  details: Record<string, string | number | boolean | null | string[]>;
  /** SHA-256 of this entry and the hash of the one before, in hexadecimal digits. */
  hash: string;
}

/** Which entries to page through, newest first. */
export interface ListAuditInput {
  organisation?: string;
  project?: string;
  /** Page size, 1..1000. Default 100. */
  limit?: number;
  cursor?: string;
}

/** A page of the audit log. */
export interface AuditPage {
  entries: AuditEntry[];
  /** Null on the last page. */
  nextCursor: string | null;
}

/** Whether a log is as it was written. */
export interface AuditVerdict {
  organisation: string;
  entries: number;
  /** The first entry that was changed, or that follows a gap; null when there is none. */
  brokenAt: number | null;
  /** Hash of the last entry. Kept elsewhere, it also shows whether the end was cut off. */
  lastHash: string | null;
}

/**
 * What is done about organisations, projects and keys, as one principal: the operator does everything, a key what its
 * scopes say in its own project. What it may not see does not exist for it: PersistoNotFoundError.
 */
export interface Administration {
  createOrganisation(input: { id: string; name?: string }): Promise<Organisation>;
  listOrganisations(): Promise<Organisation[]>;
  /** @throws PersistoError conflict while it has projects. */
  deleteOrganisation(input: { organisation: string }): Promise<void>;

  createProject(input: {
    organisation: string;
    id: string;
    name?: string;
    environment?: "live" | "test";
  }): Promise<Project>;
  listProjects(input?: { organisation?: string }): Promise<Project[]>;
  getProject(input: { project: string }): Promise<Project>;
  updateProject(input: { project: string; name: string }): Promise<Project>;
  /** Deletes the project with all its memories and keys. */
  deleteProject(input: { project: string }): Promise<void>;

  /** The limits of a project, and what counts against them. */
  getQuotas(input: { project: string }): Promise<ProjectQuotas>;
  /** Sets all limits. They hold exactly from then on; what is above one already stays. */
  setQuotas(input: QuotasInput): Promise<ProjectQuotas>;

  createKey(input: NewApiKey): Promise<CreatedApiKey>;
  listKeys(input: { project: string }): Promise<ApiKey[]>;
  /** Makes a key with the same rights, and has the old one end after `graceSeconds` (default one day, at most seven). */
  rotateKey(input: { project: string; id: string; graceSeconds?: number }): Promise<CreatedApiKey>;
  /** Ends a key, and with it the tokens it has made: within a second here, within five on other servers. */
  revokeKey(input: { project: string; id: string }): Promise<ApiKey>;

  /** @throws PersistoError forbidden for anybody but a key. */
  createToken(input: NewToken): Promise<CreatedToken>;

  getUsage(input?: UsageInput): Promise<UsageReport>;

  listAudit(input?: ListAuditInput): Promise<AuditPage>;
  verifyAudit(input: { organisation: string }): Promise<AuditVerdict>;
}
