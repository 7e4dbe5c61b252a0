import { filterTree, type FilterNode, type Filters, type FilterTest, type JsonScalar } from "@persisto/contract";
import { compileOperator, type FilterTarget } from "./compile-operator.js";
import type { Parameters } from "./parameters.js";

/**
 * The SQL condition that holds for metadata meeting the filters, as matchesFilters of the contract has it. It is true
 * or false and never null, so that `not` is exact, and nothing in it can fail, in whatever order Postgres evaluates it.
 * Keys and values are bound, so that neither is ever part of the statement. `column` holds jsonb objects.
 */
export function compileFilter(filters: Filters, column: string, parameters: Parameters): string {
  return compile(filterTree(filters), { column, parameters });
}

/** Documents that metadata must contain to meet the filters, so that an index can bring what may: none when there are no equalities. */
export function requiredDocuments(filters: Filters): object[] {
  return toDocuments(conjuncts(filterTree(filters)).filter(isEquality));
}

function conjuncts(node: FilterNode): readonly FilterNode[] {
  return node.kind === "all" ? node.nodes.flatMap(conjuncts) : [node];
}

function compile(node: FilterNode, target: FilterTarget): string {
  switch (node.kind) {
    case "all":
      return join(compileAll(node.nodes, target), "and");
    case "any":
      return join(
        node.nodes.map((each) => compile(each, target)),
        "or",
      );
    case "not":
      return `not (${compile(node.node, target)})`;
    case "test":
      return isEquality(node) ? join(contain([node], target), "and") : compileOperator(node, target);
  }
}

function compileAll(nodes: readonly FilterNode[], target: FilterTarget): string[] {
  const others = nodes.filter((node) => !isEquality(node));
  return [...contain(nodes.filter(isEquality), target), ...others.map((node) => compile(node, target))];
}

/** Equalities together are one containment, because an index on the column can serve that. */
function contain(equalities: readonly Equality[], { column, parameters }: FilterTarget): string[] {
  return toDocuments(equalities).map(
    (document) => `${column} @> ${parameters.bind(JSON.stringify(document))}::text::jsonb`,
  );
}

function join(conditions: readonly string[], operator: "and" | "or"): string {
  if (conditions.length === 0) return operator === "and" ? "true" : "false";
  return conditions.length === 1 ? conditions[0]! : `(${conditions.join(` ${operator} `)})`;
}

type Equality = Extract<FilterTest, { operator: "eq" }> & { operand: JsonScalar };

/** Whether containment says exactly this: it compares scalars by type and value, and a missing key is not null. */
function isEquality(node: FilterNode): node is Equality {
  if (node.kind !== "test" || node.operator !== "eq") return false;
  return typeof node.operand !== "object" || node.operand === null;
}

interface Document {
  [key: string]: JsonScalar | Document;
}

/** Documents that hold the equalities: one, and more when some are about the same place. */
function toDocuments(equalities: readonly Equality[]): Document[] {
  const documents: Document[] = [];
  for (const { path, operand } of equalities) {
    if (documents.some((document) => place(document, path, operand))) continue;
    const document = emptyDocument();
    place(document, path, operand);
    documents.push(document);
  }
  return documents;
}

/** Puts a scalar at a path, and gives whether the place was free. */
function place(document: Document, path: readonly string[], scalar: JsonScalar): boolean {
  const [key = "", ...rest] = path;
  if (rest.length > 0) {
    if (!(key in document)) document[key] = emptyDocument();
    const inner = document[key];
    return typeof inner === "object" && inner !== null && place(inner, rest, scalar);
  }
  if (key in document) return false;
  document[key] = scalar;
  return true;
}

/** Without a prototype, every key is the user's. */
function emptyDocument(): Document {
  return Object.create(null) as Document;
}
