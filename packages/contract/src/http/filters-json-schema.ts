import { operatorNames } from "../filter-tree.js";
import { limits } from "../limits.js";

const filters = { $ref: "#/components/schemas/Filters" };

/** What a key of filters can hold; the third kind is filters on the object below the key. */
const value = {
  anyOf: [
    { type: ["string", "number", "boolean", "null"] },
    { $ref: "#/components/schemas/FilterCondition" },
    { ...filters, minProperties: 1, propertyNames: { not: { enum: operatorNames } } },
  ],
};

const combined = { anyOf: [{ type: "array", items: filters, maxItems: limits.filterListLength }, value] };

/**
 * What `filtersSchema` checks in one walk, as far as JSON Schema can say it: the number of nodes, the depth and the size
 * are missing. The references are those of the OpenAPI document, where filters are a component of their own.
 */
export const filtersJsonSchema = {
  properties: { and: combined, or: combined, not: { anyOf: [filters, value] } },
  additionalProperties: value,
};
