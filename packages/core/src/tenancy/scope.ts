/** What a call may see: one project. No statement runs on users' data without it. */
export interface Scope {
  readonly projectId: string;
}
