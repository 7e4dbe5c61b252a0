export { createAuthenticator } from "./authenticator.js";
export type { AccessSource, Authenticate, Opened, PresetKey } from "./authenticator.js";
export { createApp } from "./create-app.js";
export type { AppOptions } from "./create-app.js";
export type { RequestLogger } from "./request-log.js";
export { startServer } from "./start-server.js";
export type { RunningServer, ServerOptions } from "./start-server.js";
