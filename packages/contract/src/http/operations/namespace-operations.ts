import { z } from "zod";
import { routes } from "../../routes.js";
import { listNamespacesParameters, namespaceParameters, namespaceSettingsBodySchema } from "../request-schemas.js";
import { namespaceSettingsSchema, namespaceSummarySchema } from "../response-schemas.js";
import { deletedSchema } from "./memory-operations.js";
import type { Operation } from "./operation.js";

const tag = "Namespaces";
const namespace = "demo-agent";

/** The routes of namespaces. */
export const namespaceOperations = {
  listNamespaces: {
    ...routes.listNamespaces,
    tag,
    summary: "List the namespaces by name",
    scope: "memories:read",
    parameters: listNamespacesParameters,
    answer: z.strictObject({
      namespaces: z.array(namespaceSummarySchema.shape.namespace),
      counts: z.record(z.string(), namespaceSummarySchema.shape.count).optional(),
    }),
    errors: [],
    example: { parameters: { counts: true }, answer: { namespaces: [namespace], counts: { [namespace]: 3 } } },
  },
  configureNamespace: {
    ...routes.configureNamespace,
    tag,
    summary: "Set the language of a namespace",
    description: "Makes the namespace if there is none yet.",
    scope: "memories:write",
    parameters: namespaceParameters,
    body: namespaceSettingsBodySchema,
    answer: namespaceSettingsSchema,
    errors: [],
    example: { parameters: { namespace }, body: { language: "german" }, answer: { namespace, language: "german" } },
  },
  deleteNamespace: {
    ...routes.deleteNamespace,
    takesIdempotencyKey: true,
    tag,
    summary: "Delete a namespace and everything in it",
    description: "404 when it held nothing, also when that emptied name is now gone.",
    scope: "memories:delete",
    parameters: namespaceParameters,
    answer: deletedSchema,
    errors: ["not_found"],
    example: { parameters: { namespace }, answer: { status: "deleted", count: 3 } },
  },
} as const satisfies Record<string, Operation>;
