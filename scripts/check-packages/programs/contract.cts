import contract = require("@persisto/contract");
import http = require("@persisto/contract/http");

const filters: contract.Filters = { topic: "health" };
if (!contract.matchesFilters(filters, { topic: "health" })) throw new Error("no match");
const error = new contract.PersistoNotFoundError("There is none.");
if (!contract.isPersistoError(error) || error.status !== 404) throw new Error(`no error of ours: ${String(error)}`);
if (http.openApiDocument({ version: "1.0.0" }).info.version !== "1.0.0")
  throw new Error("the document lost its version");
