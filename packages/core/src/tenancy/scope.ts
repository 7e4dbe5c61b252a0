/** What a call may see: one project. No statement runs on users' data without it. */
export interface Scope {
  readonly projectId: string;
  /** Whether a save into a new project fails instead of making it: a request under way would bring back one that is deleted. */
  readonly mustExist?: boolean;
  /** The key that what is used counts for. Default: the program that Persisto runs in. */
  readonly keyId?: string;
}
