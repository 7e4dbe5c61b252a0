import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { StringOutputParser } from "@langchain/core/output_parsers";
import { ChatPromptTemplate, MessagesPlaceholder } from "@langchain/core/prompts";
import { RunnableWithMessageHistory } from "@langchain/core/runnables";
import type { Memory } from "@persisto/core";
import { PersistoChatMessageHistory, PersistoMemory } from "@persisto/langchain";

const prompt = ChatPromptTemplate.fromMessages([
  ["system", "You are a friend who remembers.\n{memory}"],
  new MessagesPlaceholder("history"),
  ["human", "{input}"],
]);

/** A chat with one user: each session has its history, and all sessions share what is remembered of the user. */
export function createChat({ memory, model, user }: { memory: Memory; model: BaseChatModel; user: string }) {
  const longTerm = new PersistoMemory({ memory, namespace: `user:${user}`, inputKey: "input", k: 5 });
  const chain = new RunnableWithMessageHistory({
    runnable: prompt.pipe(model).pipe(new StringOutputParser()),
    getMessageHistory: (sessionId: string) => new PersistoChatMessageHistory({ memory, sessionId }),
    inputMessagesKey: "input",
    historyMessagesKey: "history",
  });

  return async function say(sessionId: string, input: string): Promise<string> {
    const recalled = await longTerm.loadMemoryVariables({ input });
    const output = await chain.invoke({ input, ...recalled }, { configurable: { sessionId } });
    await longTerm.saveContext({ input }, { output });
    return output;
  };
}
