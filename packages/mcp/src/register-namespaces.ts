import {
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  ResourceTemplate,
  type McpServer,
} from "@modelcontextprotocol/server";
import { describeFailure, fitMemories, orEmpty, renderMemories } from "@persisto/adapter-kit";
import type { MemoryPage, NamespaceSummary } from "@persisto/contract";
import type { ResolvedMcpOptions } from "./create-persisto-mcp-server.js";

/** Beyond these a list is of no use to anybody; `persisto://namespaces` has them all. */
const mostListed = 100;
const mostRecent = 50;

const all = "persisto://namespaces";

/** The resource of a namespace. */
function uriOf(namespace: string): string {
  return `${all}/${encodeURIComponent(namespace)}`;
}

/** Lets clients list namespaces and read their recent memories; where one is fixed, that one alone. */
export function registerNamespaces(server: McpServer, options: ResolvedMcpOptions): void {
  if (options.namespace === undefined) registerList(server, options);
  const template = new ResourceTemplate(`${all}/{name}`, {
    list: async () => ({ resources: (await namespacesOf(options)).slice(0, mostListed).map(toResource) }),
    complete: {
      name: async (begun) => {
        const names = (await namespacesOf(options)).map(({ namespace }) => namespace);
        return names.filter((name) => name.startsWith(begun)).slice(0, mostListed);
      },
    },
  });
  const config = {
    title: "Recent memories of a namespace",
    description: `The ${mostRecent} newest memories of a namespace, as data.`,
    mimeType: "text/plain",
  };
  server.registerResource("namespace", template, config, async (uri, { name }) => {
    const namespace = decodeURIComponent(String(name));
    if (options.namespace !== undefined && namespace !== options.namespace) throw new ResourceNotFoundError(uri.href);
    return { contents: [{ uri: uri.href, mimeType: "text/plain", text: await recent(namespace, options) }] };
  });
}

function registerList(server: McpServer, options: ResolvedMcpOptions): void {
  const config = {
    title: "Namespaces",
    description: "Every namespace by name, with the number of its memories.",
    mimeType: "application/json",
  };
  server.registerResource("namespaces", all, config, async ({ href }) => {
    const namespaces = await namespacesOf(options);
    return { contents: [{ uri: href, mimeType: "application/json", text: JSON.stringify({ namespaces }) }] };
  });
}

async function namespacesOf({ memory, namespace, around }: ResolvedMcpOptions): Promise<NamespaceSummary[]> {
  const found = await said(() => around("listNamespaces", () => memory.listNamespaces()));
  if (namespace === undefined) return found;
  return [found.find((summary) => summary.namespace === namespace) ?? { namespace, count: 0 }];
}

async function recent(namespace: string, { memory, around, maxCharacters }: ResolvedMcpOptions): Promise<string> {
  const nothing: MemoryPage = { memories: [], nextCursor: null };
  const { memories } = await said(() =>
    around("list", () => orEmpty(memory.list({ namespace, limit: mostRecent }), nothing)),
  );
  const { shown, leftOut } = fitMemories(memories, { maxCharacters, withMetadata: true });
  const text = renderMemories(shown, { withIds: true, withMetadata: true, maxCharacters: Infinity });
  if (text === "") return "There are no memories.";
  return leftOut === 0 ? text : `${text}\n${leftOut} older ones did not fit here.`;
}

function toResource({ namespace, count }: NamespaceSummary) {
  const description = `${count} ${count === 1 ? "memory" : "memories"}`;
  return { uri: uriOf(namespace), name: namespace, description, mimeType: "text/plain" };
}

/** Resources have no failures that are answers, so they are errors of the protocol, in the same words. */
async function said<Result>(act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    throw new ProtocolError(ProtocolErrorCode.InternalError, describeFailure("Nothing was done", error));
  }
}
