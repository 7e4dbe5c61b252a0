import { Ajv2020 } from "ajv/dist/2020.js";
import type { OpenApiDocument } from "../src/http/open-api/open-api-document.js";

/** What is wrong with a value by a schema of the document; empty when nothing is. */
export type DocumentChecker = (schema: Readonly<Record<string, unknown>>, value: unknown) => string;

/** Checks values by schemas of a document, whose references it follows. */
export function createDocumentChecker({ components }: Pick<OpenApiDocument, "components">): DocumentChecker {
  // The document has keywords of OpenAPI, and formats beside the patterns that say the same.
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const compiled = new Map<string, ReturnType<typeof ajv.compile>>();
  return (schema, value) => {
    const text = JSON.stringify(schema);
    const validate = compiled.get(text) ?? ajv.compile({ ...schema, components });
    compiled.set(text, validate);
    return validate(value) ? "" : ajv.errorsText(validate.errors);
  };
}
