/** Where MCP is served: the protocol has versions of its own, so it is under none of ours. */
export const mcpPath = "/mcp";
