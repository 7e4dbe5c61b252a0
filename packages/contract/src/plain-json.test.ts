import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { findJsonIssue } from "./plain-json.js";

class Point {
  readonly x = 1;
}

test.each([
  ["a literal", { a: [1, { b: null }] }],
  ["an object without a prototype", Object.assign(Object.create(null), { a: 1 })],
  ["an object of another realm", runInNewContext("({ a: [1, { b: null }] })")],
])("%s is plain", (_, value: unknown) => {
  expect(findJsonIssue(value)).toBeNull();
});

test.each([
  ["a date", new Date()],
  ["a map", new Map()],
  ["an object of a class", new Point()],
  ["a date of another realm", runInNewContext("new Date()")],
])("%s is not", (_, value: unknown) => {
  expect(findJsonIssue({ value })).toEqual({ field: "value", message: "must be a plain object" });
});
