export { answerMcpRequest, type McpHttpOptions } from "./answer-mcp-request.js";
export { createPersistoMcpServer, type PersistoMcpOptions } from "./create-persisto-mcp-server.js";
export { runStdio, type StdioOptions } from "./run-stdio.js";
export { runStdioFromEnvironment } from "./run-stdio-from-environment.js";
export { withStopSignal } from "./with-stop-signal.js";
export { toolNames, type ToolName } from "./tools/tool-names.js";
