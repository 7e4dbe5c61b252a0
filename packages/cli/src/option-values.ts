import type { Filters, Metadata } from "@persisto/contract";
import { InvalidArgumentError } from "commander";

/** A whole number from `least` on. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    if (!/^\d{1,10}$/.test(text) || Number(text) < least) {
      throw new InvalidArgumentError(`It must be a whole number, ${least} or more.`);
    }
    return Number(text);
  };
}

/** Seconds, or a number with s, m, h, d or w; `never` is null. */
export function duration(text: string): number | null {
  if (text === "never") return null;
  const [, digits, unit = "s"] = /^(\d{1,10})([smhdw])?$/.exec(text) ?? [];
  if (digits === undefined) throw new InvalidArgumentError("It is a time such as 3600, 90m, 24h, 30d or never.");
  return Number(digits) * { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 }[unit as "s" | "m" | "h" | "d" | "w"];
}

/** A JSON object, as metadata and filters are; what may be in it is for the store to say. */
export function jsonObject<Value extends Metadata | Filters>(text: string): Value {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new InvalidArgumentError(`It must be a JSON object such as '{"source": "profile"}'.`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new InvalidArgumentError(`It must be a JSON object such as '{"source": "profile"}'.`);
  }
  return value as Value;
}

/** A list with commas between. */
export function commaList(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}
