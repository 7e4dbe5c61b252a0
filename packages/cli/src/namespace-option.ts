import { Option } from "commander";

/** `--namespace`; with a fallback for commands that need one. */
export function namespaceOption(description: string, { fallback }: { fallback?: string } = {}): Option {
  const option = new Option("-n, --namespace <name>", description).env("PERSISTO_NAMESPACE");
  return fallback === undefined ? option : option.default(fallback);
}
