import { limits } from "@persisto/contract";

/** What a model is told when a command cannot be done; never a fault of the store. */
export class CommandError extends Error {}

/** The folder that everything is in. */
export const root = "/memories";

/**
 * A path as it is kept: below /memories, without an end slash.
 * @throws CommandError for any other, also one with `.`, `..` or empty steps, so that each file has one name.
 */
export function parsePath(path: unknown, field = "path"): string {
  if (typeof path !== "string") throw new CommandError(`Error: ${field} must be a text`);
  const tidy = path.replace(/\/$/, "");
  const steps = tidy.split("/").slice(1);
  const isBelow = tidy === root || tidy.startsWith(`${root}/`);
  if (!isBelow || steps.some((step) => step === "" || step === "." || step === "..") || hasControl(tidy)) {
    throw new CommandError(
      `Error: the path ${path} is not allowed; paths begin with ${root}/ and have no . or .. in them`,
    );
  }
  if (new TextEncoder().encode(tidy).length > limits.idBytes) {
    throw new CommandError(`Error: the path is longer than ${limits.idBytes} bytes`);
  }
  return tidy;
}

/** The folders a path is in, the nearest last; without the root. */
export function foldersOf(path: string): string[] {
  const steps = path.slice(root.length + 1).split("/");
  return steps.slice(1).map((_, index) => `${root}/${steps.slice(0, index + 1).join("/")}`);
}

function hasControl(text: string): boolean {
  return /\p{Cc}/u.test(text) || !text.isWellFormed();
}
