import type { KeyScope, Principal } from "@persisto/contract";
import type { ToolName } from "@persisto/mcp";

/** What a tool needs. */
const needs: Record<ToolName, readonly KeyScope[]> = {
  save_memory: ["memories:write"],
  search_memories: ["memories:read"],
  list_memories: ["memories:read"],
  // It is answered with the memory.
  update_memory: ["memories:read", "memories:write"],
  delete_memory: ["memories:delete"],
};

/** What a model gets to see of what a credential allows. */
export interface McpRights {
  /** None that would be refused every time. */
  tools: ToolName[];
  /** The one that the credential is for, if it is for one alone. */
  namespace: string | undefined;
}

/** The tools and the namespace of a credential. What it may not do is refused by the memory all the same. */
export function rightsOf({ scopes, namespaces }: Principal): McpRights {
  const names = Object.keys(needs) as ToolName[];
  const [only, ...others] = namespaces;
  return {
    tools: names.filter((name) => needs[name].every((scope) => scopes.includes(scope))),
    namespace: others.length === 0 && only?.includes("*") === false ? only : undefined,
  };
}
