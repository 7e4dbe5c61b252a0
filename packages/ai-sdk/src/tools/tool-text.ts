import type { ToolFailure } from "./tool-scope.js";

/** The output of a tool as the text that the model reads. */
export function toolText<Output extends object>(
  output: Output | ToolFailure,
  render: (output: Output) => string,
): { type: "text" | "error-text"; value: string } {
  return isFailure(output) ? { type: "error-text", value: output.error } : { type: "text", value: render(output) };
}

function isFailure(output: object): output is ToolFailure {
  return "error" in output;
}
