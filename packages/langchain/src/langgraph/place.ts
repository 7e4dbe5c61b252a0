import { invalidInput } from "@persisto/adapter-kit";

/** Labels of LangGraph have no dot, so this joins them without loss. */
const dot = ".";

/** A namespace of LangGraph as one text. */
export function toPath(labels: readonly string[]): string {
  for (const label of labels) {
    if (typeof label !== "string" || label === "" || label.includes(dot)) {
      throw invalidInput(
        "namespace",
        `has the label ${JSON.stringify(label)}; labels are texts without a dot, and not empty`,
      );
    }
  }
  return labels.join(dot);
}

/** The namespace that a path stands for. */
export function toLabels(path: string): string[] {
  return path.split(dot);
}

/** The paths of a namespace and of all it lies in: what a search for a prefix compares, label by label. */
export function pathsAround(labels: readonly string[]): string[] {
  return labels.map((_, index) => toPath(labels.slice(0, index + 1)));
}

/** The id of an item. No path has two dots in a row or one at its end, so no two items share an id. */
export function toId(labels: readonly string[], key: string): string {
  return `${toPath(labels)}${dot}${dot}${key}`;
}
