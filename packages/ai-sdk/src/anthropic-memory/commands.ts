import type { MemoryFile, MemoryFiles } from "./memory-files.js";
import { CommandError, foldersOf, parsePath, root } from "./memory-path.js";
import { numberLines, viewFile, viewFolder } from "./view.js";

/** What a model asks of the memory tool, of version 2025-08-18. */
export type AnthropicMemoryCommand =
  | { command: "view"; path: string; view_range?: [number, number] | null }
  | { command: "create"; path: string; file_text: string }
  | { command: "str_replace"; path: string; old_str: string; new_str: string }
  | { command: "insert"; path: string; insert_line: number; insert_text: string }
  | { command: "delete"; path: string }
  | { command: "rename"; old_path: string; new_path: string };

type CommandOf<Name extends AnthropicMemoryCommand["command"]> = Extract<AnthropicMemoryCommand, { command: Name }>;

/** Lines shown around an edit. */
const CONTEXT_LINES = 3;

/** Runs commands on files. */
export class Commands {
  readonly #files: MemoryFiles;

  constructor(files: MemoryFiles) {
    this.#files = files;
  }

  /** Carries a command out and says so in words that the models know. @throws CommandError with what to tell the model. */
  async run(command: AnthropicMemoryCommand): Promise<string> {
    switch (command.command) {
      case "view":
        return this.#view(command);
      case "create":
        return this.#create(command);
      case "str_replace":
        return this.#replace(command);
      case "insert":
        return this.#insert(command);
      case "delete":
        return this.#remove(command);
      case "rename":
        return this.#rename(command);
      default:
        throw new CommandError(`Error: unknown command ${JSON.stringify((command as { command: unknown }).command)}`);
    }
  }

  async #view({ path, view_range: range }: CommandOf<"view">): Promise<string> {
    const place = parsePath(path);
    const file = await this.#files.read(place);
    if (file !== null) {
      if (range) checkRange(range, lineOf(file.text));
      return viewFile(file, range ?? undefined);
    }
    const inside = await this.#files.list(place);
    if (inside.length === 0 && place !== root) throw absent(place);
    return viewFolder(place, inside);
  }

  async #create({ path, file_text: text }: CommandOf<"create">): Promise<string> {
    const place = parsePath(path);
    checkText(text, "file_text");
    await this.#checkFree(place, `File ${place}`);
    await this.#files.write([{ path: place, text }]);
    return `File created successfully at: ${place}`;
  }

  async #replace({ path, old_str: old, new_str: replacement }: CommandOf<"str_replace">): Promise<string> {
    const file = await this.#readFile(path);
    checkText(old, "old_str");
    checkText(replacement, "new_str");
    if (old === "") throw new CommandError("Error: old_str must not be empty");
    const parts = file.text.split(old);
    const [before = "", after] = parts;
    if (after === undefined) {
      const message = `No replacement was performed, old_str \`${old}\` did not appear verbatim in ${file.path}.`;
      throw new CommandError(message);
    }
    if (parts.length > 2) {
      const lines = parts.slice(0, -1).map((_, index) => lineOf(parts.slice(0, index + 1).join(old)));
      const message = `No replacement was performed. Multiple occurrences of old_str \`${old}\` in lines: ${lines.join(", ")}.`;
      throw new CommandError(`${message} Please ensure it is unique`);
    }
    const text = before + replacement + after;
    await this.#files.write([{ path: file.path, text }]);
    const first = Math.max(1, lineOf(before) - CONTEXT_LINES);
    const end = lineOf(before + replacement) + CONTEXT_LINES;
    const shown = numberLines(text.split("\n").slice(first - 1, end), first);
    return `The memory file has been edited. Here is the part around the edit:\n${shown}`;
  }

  async #insert({ path, insert_line: line, insert_text: inserted }: CommandOf<"insert">): Promise<string> {
    const file = await this.#readFile(path);
    checkText(inserted, "insert_text");
    const lines = file.text === "" ? [] : file.text.split("\n");
    if (!Number.isInteger(line) || line < 0 || line > lines.length) {
      const range = `[0, ${lines.length}]`;
      const message = `Error: Invalid \`insert_line\` parameter: ${line}. It should be within the range of lines of the file: ${range}`;
      throw new CommandError(message);
    }
    const text = lines.toSpliced(line, 0, ...inserted.replace(/\n$/, "").split("\n")).join("\n");
    await this.#files.write([{ path: file.path, text }]);
    return `The file ${file.path} has been edited.`;
  }

  async #remove({ path }: CommandOf<"delete">): Promise<string> {
    const place = parsePath(path);
    if (place === root) throw new CommandError(`Error: ${root} itself cannot be deleted`);
    if ((await this.#files.delete(place)) === 0) throw absent(place);
    return `Successfully deleted ${place}`;
  }

  async #rename({ old_path: from, new_path: to }: CommandOf<"rename">): Promise<string> {
    const [source, target] = [parsePath(from, "old_path"), parsePath(to, "new_path")];
    if (source === root || target.startsWith(`${source}/`)) {
      throw new CommandError(`Error: ${source} cannot be renamed to ${target}`);
    }
    const file = await this.#files.read(source);
    const moved = file === null ? await this.#files.list(source) : [file];
    if (moved.length === 0) throw absent(source);
    await this.#checkFree(target, `The destination ${target}`);
    await this.#files.write(
      moved.map(({ path, text }) => ({ path: parsePath(target + path.slice(source.length), "new_path"), text })),
    );
    await this.#files.delete(source);
    return `Successfully renamed ${source} to ${target}`;
  }

  async #readFile(path: string): Promise<MemoryFile> {
    const place = parsePath(path);
    const file = await this.#files.read(place);
    if (file === null) throw absent(place);
    return file;
  }

  /** Whether a file can be made there: nothing has the name, and no folder on the way is a file. */
  async #checkFree(path: string, what: string): Promise<void> {
    const isTaken =
      path === root || (await this.#files.read(path)) !== null || (await this.#files.list(path)).length > 0;
    if (isTaken) throw new CommandError(`Error: ${what} already exists`);
    for (const folder of foldersOf(path)) {
      if ((await this.#files.read(folder)) !== null)
        throw new CommandError(`Error: ${folder} is a file, not a directory`);
    }
  }
}

function absent(path: string): CommandError {
  return new CommandError(`Error: The path ${path} does not exist. Please provide a valid path.`);
}

/** The number of the line that a text ends in. */
function lineOf(text: string): number {
  return text.split("\n").length;
}

/** The AI SDK checks a model's arguments before; not everybody who calls a tool does. */
function checkText(value: unknown, field: string): void {
  if (typeof value !== "string") throw new CommandError(`Error: ${field} must be a text`);
}

function checkRange([first, last]: readonly [number, number], count: number): void {
  const isWithin = Number.isInteger(first) && first >= 1 && first <= count;
  const isForward = Number.isInteger(last) && (last === -1 || last >= first);
  if (isWithin && isForward) return;
  const message = `Error: Invalid view_range [${first}, ${last}]. The file has ${count} lines; -1 stands for the last`;
  throw new CommandError(message);
}
