import { PersistoValidationError } from "@persisto/contract";
import { wrapLanguageModel } from "ai";
import { persistoMiddleware, type PersistoMiddlewareOptions } from "./persisto-middleware.js";

type Wrap = typeof wrapLanguageModel;

/**
 * The model with a memory: `wrapLanguageModel` with `persistoMiddleware`. Cheap, so wrap it for every user or request.
 * @throws PersistoValidationError for the name of a model instead of a model, and as persistoMiddleware does.
 */
export function withPersisto(
  model: Parameters<Wrap>[0]["model"],
  options: PersistoMiddlewareOptions,
): ReturnType<Wrap> {
  if (typeof model !== "object" || model === null) {
    const message = 'must be a model object, such as gateway("openai/gpt-5-mini") or one of a provider\'s package';
    throw new PersistoValidationError([{ field: "model", message }]);
  }
  return wrapLanguageModel({ model, middleware: persistoMiddleware(options) });
}
