import { storableText } from "@persisto/adapter-kit";
import type { Metadata } from "@persisto/contract";
import type { ToolAction } from "./register-tools.js";

export const updateMemory: ToolAction<"update_memory"> = async (
  { namespace, id, content, metadata, ttl_seconds: ttlSeconds },
  { memory, around },
) => {
  if (content === undefined && metadata === undefined && ttlSeconds === undefined) {
    return { text: "Nothing was done: give content, metadata or ttl_seconds, whichever is to change." };
  }
  const { expiresAt } = await around("update", () =>
    memory.update({
      namespace,
      id,
      ...(content !== undefined && { content: storableText(content) }),
      ...(metadata !== undefined && { metadata: metadata as Metadata }),
      ...(ttlSeconds !== undefined && { ttlSeconds }),
    }),
  );
  return { text: `Updated the memory ${id}.`, data: { id, namespace, expires_at: expiresAt } };
};

export const deleteMemory: ToolAction<"delete_memory"> = async ({ namespace, id }, { memory, around }) => {
  const { count } = await around("delete", () => memory.delete({ namespace, id }));
  if (count === 0) {
    return {
      text: `Nothing was done: there is no memory ${JSON.stringify(id)}. Search or list for the right id first.`,
    };
  }
  return { text: `Deleted the memory ${id}.`, data: { id, namespace, count } };
};
