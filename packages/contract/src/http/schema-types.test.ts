import { describe, expectTypeOf, test } from "vitest";
import type { z } from "zod";
import type * as administration from "../administration.js";
import type * as usage from "../usage.js";
import type { HitExplanation, QueryExplanation } from "../explanation.js";
import type { FilterCondition, Filters } from "../filter.js";
import type { Metadata } from "../json.js";
import type { Problem } from "../problem.js";
import type { Retrieval, RetrievalProfile } from "../profile.js";
import type * as types from "../types.js";
import type * as answers from "./administration-responses.js";
import type * as inputs from "./administration-schemas.js";
import type { filterConditionSchema, filtersSchema } from "./filters-schema.js";
import type * as responses from "./response-schemas.js";
import type * as saves from "./save-schemas.js";
import type * as schemas from "./schemas.js";

// The compiler runs these (`npm run typecheck`); vitest only counts them. An interface or a schema with a member more,
// or another type, does not compile.

describe("each interface is what its schema says", () => {
  test("of inputs", () => {
    expectTypeOf<types.SaveInput>().toEqualTypeOf<z.input<typeof saves.saveSchema>>();
    expectTypeOf<{ memories: types.SaveInput[] }>().toEqualTypeOf<z.input<typeof saves.saveManySchema>>();
    // Its mode has the names of the built-in profiles beside any text, for editors to offer.
    expectTypeOf<Omit<types.QueryInput, "mode">>().toEqualTypeOf<Omit<z.input<typeof schemas.querySchema>, "mode">>();
    expectTypeOf<types.QueryInput["mode"]>().toExtend<z.input<typeof schemas.querySchema>["mode"]>();
    expectTypeOf<z.input<typeof schemas.querySchema>["mode"]>().toExtend<types.QueryInput["mode"]>();
    expectTypeOf<types.RecordKey>().toEqualTypeOf<z.input<typeof schemas.recordKeySchema>>();
    expectTypeOf<types.ListInput>().toEqualTypeOf<z.input<typeof schemas.listSchema>>();
    expectTypeOf<types.UpdateInput>().toEqualTypeOf<z.input<typeof schemas.updateSchema>>();
    expectTypeOf<types.DeleteInput>().toEqualTypeOf<z.input<typeof schemas.deleteSchema>>();
    expectTypeOf<types.NamespaceSettings>().toEqualTypeOf<z.input<typeof schemas.configureNamespaceSchema>>();
    expectTypeOf<{ namespace: string }>().toEqualTypeOf<z.input<typeof schemas.deleteNamespaceSchema>>();
    expectTypeOf<types.ListQueriesInput>().toEqualTypeOf<z.input<typeof schemas.listQueriesSchema>>();
  });

  test("of administration", () => {
    expectTypeOf<administration.NewApiKey>().toEqualTypeOf<z.input<typeof inputs.createKeySchema>>();
    expectTypeOf<usage.QuotasInput>().toEqualTypeOf<z.input<typeof inputs.setQuotasSchema>>();
    expectTypeOf<usage.UsageInput>().toEqualTypeOf<z.input<typeof inputs.usageSchema>>();
    expectTypeOf<usage.ProjectQuotas>().toEqualTypeOf<z.output<typeof answers.quotasSchema>>();
    expectTypeOf<usage.UsageReport>().toEqualTypeOf<z.output<typeof answers.usageReportSchema>>();
    expectTypeOf<administration.ListAuditInput>().toEqualTypeOf<z.input<typeof inputs.listAuditSchema>>();
    expectTypeOf<administration.Organisation>().toEqualTypeOf<z.output<typeof answers.organisationAnswerSchema>>();
    expectTypeOf<administration.Project>().toEqualTypeOf<z.output<typeof answers.projectAnswerSchema>>();
    expectTypeOf<administration.ApiKey>().toEqualTypeOf<z.output<typeof answers.apiKeySchema>>();
    expectTypeOf<administration.CreatedApiKey>().toEqualTypeOf<z.output<typeof answers.createdApiKeySchema>>();
    expectTypeOf<administration.CreatedToken>().toEqualTypeOf<z.output<typeof answers.createdTokenSchema>>();
    expectTypeOf<administration.AuditPage>().toEqualTypeOf<z.output<typeof answers.auditPageSchema>>();
    expectTypeOf<administration.AuditVerdict>().toEqualTypeOf<z.output<typeof answers.auditVerdictSchema>>();
  });

  test("of what is inside them", () => {
    expectTypeOf<RetrievalProfile>().toEqualTypeOf<z.input<typeof schemas.retrievalProfileSchema>>();
    expectTypeOf<Retrieval>().toEqualTypeOf<z.input<typeof schemas.retrievalSchema>>();
    expectTypeOf<Metadata>().toEqualTypeOf<z.input<typeof schemas.metadataSchema>>();
    expectTypeOf<Filters>().toEqualTypeOf<z.input<typeof filtersSchema>>();
    // Of its lists the interface says more (`readonly`, two of one type), so only the operators are compared.
    expectTypeOf<keyof FilterCondition>().toEqualTypeOf<keyof z.input<typeof filterConditionSchema>>();
  });

  test("of results", () => {
    expectTypeOf<types.MemoryRecord>().toEqualTypeOf<z.input<typeof responses.memoryRecordSchema>>();
    expectTypeOf<types.SavedMemory>().toEqualTypeOf<z.input<typeof responses.savedMemorySchema>>();
    expectTypeOf<types.SaveResult>().toEqualTypeOf<z.input<typeof responses.saveResultSchema>>();
    expectTypeOf<types.Hit>().toEqualTypeOf<z.input<typeof responses.hitSchema>>();
    expectTypeOf<types.QueryResult>().toEqualTypeOf<z.input<typeof responses.queryResultSchema>>();
    expectTypeOf<types.MemoryPage>().toEqualTypeOf<z.input<typeof responses.memoryPageSchema>>();
    expectTypeOf<types.DeleteResult>().toEqualTypeOf<z.input<typeof responses.deleteResultSchema>>();
    expectTypeOf<types.NamespaceSummary>().toEqualTypeOf<z.input<typeof responses.namespaceSummarySchema>>();
    expectTypeOf<types.NamespaceSettings>().toEqualTypeOf<z.input<typeof responses.namespaceSettingsSchema>>();
    expectTypeOf<types.QueryLogEntry>().toEqualTypeOf<z.input<typeof responses.queryLogEntrySchema>>();
    expectTypeOf<types.QueryLogPage>().toEqualTypeOf<z.input<typeof responses.queryLogPageSchema>>();
    expectTypeOf<HitExplanation>().toEqualTypeOf<z.input<typeof responses.hitExplanationSchema>>();
    expectTypeOf<QueryExplanation>().toEqualTypeOf<z.input<typeof responses.queryExplanationSchema>>();
    expectTypeOf<Problem>().toEqualTypeOf<z.input<typeof responses.problemSchema>>();
  });
});
