import type { BaseMessage } from "@langchain/core/messages";
import { FakeListChatModel } from "@langchain/core/utils/testing";

/** Stands in for a model where there is no key: it says what it was shown. */
export function echo(): FakeListChatModel {
  return new Echo({ responses: [] });
}

class Echo extends FakeListChatModel {
  override async _generate(messages: BaseMessage[]) {
    const system = messages.at(0)?.text ?? "";
    const remembered = system.split("\n").filter((line) => line.startsWith("{"));
    return {
      generations: [
        this._formatGeneration(`${messages.length - 2} messages before, remembered: ${remembered.join(" ")}`),
      ],
    };
  }
}
