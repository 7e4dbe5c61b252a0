/**
 * What is tried. A program of `programs/` ending in .mts imports the packages, one in .cts requires them.
 *
 * @typedef {object} Subject
 * @property {string[]} packages of ours that a user installs; what they depend on comes along
 * @property {string[]} programs
 * @property {Record<string, Record<string, string>>} peers what is installed beside them, each under a word for it
 * @property {boolean} [withNodeTypes] whether its users have `@types/node`, as those of servers and programs do
 * @property {number} [maxMegabytes] what it may take where it is installed alone
 * @property {boolean} [isServed] whether `npx persisto serve` is tried
 */

const alone = { alone: {} };

/** @type {Record<string, Subject>} */
export const subjects = {
  contract: { packages: ["contract"], programs: ["contract.mts", "contract.cts"], peers: alone },
  core: { packages: ["core"], programs: ["core.mts", "core.cts"], peers: alone, maxMegabytes: 80 },
  client: { packages: ["client"], programs: ["client.mts", "client.cts"], peers: alone },
  server: { packages: ["server"], programs: ["server.mts", "server.cts"], peers: alone, withNodeTypes: true },
  mcp: { packages: ["mcp"], programs: ["mcp.mts", "mcp.cts"], peers: alone, withNodeTypes: true },
  cli: { packages: ["cli"], programs: ["cli.mts"], peers: alone, withNodeTypes: true, isServed: true },
  langchain: {
    packages: ["langchain", "core"],
    programs: ["langchain.mts", "langchain.cts"],
    peers: { oldest: { "@langchain/core": "1.0.0" }, newest: { "@langchain/core": "^1.0.0" } },
  },
  "langchain-agents": {
    packages: ["langchain", "core"],
    programs: ["langchain-agents.mts", "langchain-agents.cts"],
    peers: {
      oldest: {
        // Of the others' oldest versions one asks for 1.0.1, and langchain itself takes the newest langgraph, which asks for more.
        "@langchain/core": "1.0.1",
        "@langchain/langgraph": "1.0.0",
        "@langchain/langgraph-checkpoint": "1.0.0",
        langchain: "1.0.1",
      },
      newest: { "@langchain/core": "^1.0.0", "@langchain/langgraph-checkpoint": "^1.0.0", langchain: "^1.0.0" },
    },
  },
  llamaindex: {
    packages: ["llamaindex", "core"],
    programs: ["llamaindex.mts", "llamaindex.cts"],
    peers: { oldest: { "@llamaindex/core": "0.6.0" }, newest: { "@llamaindex/core": "^0.6.0" } },
  },
  "ai-sdk": {
    packages: ["ai-sdk", "core"],
    programs: ["ai-sdk.mts"],
    peers: {
      "oldest-6": { ai: "6.0.0" },
      "newest-6": { ai: "^6.0.0" },
      "oldest-7": { ai: "7.0.0" },
      "newest-7": { ai: "^7.0.0" },
    },
  },
};
