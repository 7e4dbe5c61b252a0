import { describeFailure } from "@persisto/adapter-kit";
import { checkNamespace } from "../check-namespace.js";
import { Queues } from "../queues.js";
import { Commands, type AnthropicMemoryCommand } from "./commands.js";
import { MemoryFiles, type MemoryFilesScope } from "./memory-files.js";
import { CommandError } from "./memory-path.js";

/** Where the files of the tool are kept. */
export interface PersistoAnthropicMemoryOptions extends MemoryFilesScope {
  /** One of their own for files, such as `files:42`. The paths of the tool all lead into it. */
  namespace: string;
  /** Told of failures of the store, which the model is only told in words. */
  onError?(error: unknown): void;
}

/** What Anthropic's memory tool is made with. */
export interface AnthropicMemory {
  /** Does what the model wants and says in words how it went. Memory takes no signal: what is under way ends by itself. */
  execute(command: AnthropicMemoryCommand, options?: { abortSignal?: AbortSignal }): Promise<string>;
}

/**
 * The files of Anthropic's memory tool, each a memory: `anthropic.tools.memory_20250818(persistoAnthropicMemory(...))`.
 * @throws PersistoValidationError without a namespace.
 */
export function persistoAnthropicMemory(options: PersistoAnthropicMemoryOptions): AnthropicMemory {
  checkNamespace(options.namespace);
  const commands = new Commands(new MemoryFiles(options));
  const queues = new Queues();

  const describe = (error: unknown): string => {
    if (error instanceof CommandError) return error.message;
    options.onError?.(error);
    return describeFailure("Error: the command was not carried out", error);
  };
  return {
    async execute(command, { abortSignal } = {}) {
      abortSignal?.throwIfAborted();
      // One after another: a model may edit a file several times in one step, and each edit begins with what it reads.
      return queues.run(options.namespace, () => commands.run(command)).catch(describe);
    },
  };
}
