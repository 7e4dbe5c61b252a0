import { gateway, type LanguageModel } from "ai";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The model that the environment names with `MODEL=provider/model`, or none: with AI_GATEWAY_API_KEY through the AI
 * Gateway, otherwise through the provider's own package and key, such as @ai-sdk/openai and OPENAI_API_KEY.
 * @throws Error with what to install.
 */
export async function chooseModel(environment: Environment): Promise<Exclude<LanguageModel, string> | undefined> {
  const hasKey = Boolean(environment["AI_GATEWAY_API_KEY"] ?? environment["OPENAI_API_KEY"]);
  const name = environment["MODEL"] ?? (hasKey ? "openai/gpt-5-mini" : "");
  if (name === "") return undefined;
  if (environment["AI_GATEWAY_API_KEY"]) return gateway(name);
  const [, provider, model] = /^([a-z][a-z0-9-]*)\/(.+)$/.exec(name) ?? [];
  if (!provider || !model) throw new Error(`MODEL=${name} must be like openai/gpt-5-mini.`);
  return (await loadProvider(provider))(model);
}

async function loadProvider(provider: string): Promise<(model: string) => Exclude<LanguageModel, string>> {
  const name = `@ai-sdk/${provider}`;
  const library: Record<string, unknown> = await import(name).catch((cause: unknown) => {
    const remedy = `install it (npm install ${name}), or set AI_GATEWAY_API_KEY, or MODEL= for quotes without a model`;
    throw new Error(`The model needs ${name}: ${remedy}.`, { cause });
  });
  const create = library[provider];
  if (typeof create !== "function")
    throw new Error(`${name} has no '${provider}'; name your model in choose-model.ts.`);
  return create as (model: string) => Exclude<LanguageModel, string>;
}
