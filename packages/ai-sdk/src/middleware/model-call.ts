import type { LanguageModelMiddleware } from "ai";

type Transform = NonNullable<LanguageModelMiddleware["transformParams"]>;
type WrapGenerate = NonNullable<LanguageModelMiddleware["wrapGenerate"]>;
type WrapStream = NonNullable<LanguageModelMiddleware["wrapStream"]>;

// The provider's types of the AI SDK that is installed, of version 3 or 4, without importing its package.

/** What a model is called with. */
export type CallOptions = Parameters<Transform>[0]["params"];
/** The messages of a call. */
export type ModelPrompt = CallOptions["prompt"];
/** What a model answers. */
export type ModelResult = Awaited<ReturnType<WrapGenerate>>;
/** Why a model stopped. */
export type FinishReason = ModelResult["finishReason"];
/** A stream of an answer. */
export type ModelStream = Awaited<ReturnType<WrapStream>>["stream"];
/** A piece of an answer. */
export type StreamPart = ModelStream extends ReadableStream<infer Part> ? Part : never;
