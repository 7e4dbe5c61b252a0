import { storableText } from "@persisto/adapter-kit";
import type { Metadata } from "@persisto/contract";
import type { ToolAction } from "./register-tools.js";

export const saveMemory: ToolAction<"save_memory"> = async (
  { namespace, content, metadata, ttl_seconds: ttlSeconds },
  { memory, around },
) => {
  const { id, expiresAt } = await around("save", () =>
    memory.save({
      namespace,
      content: storableText(content),
      ...(metadata !== undefined && { metadata: metadata as Metadata }),
      ...(ttlSeconds !== undefined && { ttlSeconds }),
    }),
  );
  return { text: `Saved the memory ${id}.`, data: { id, namespace, expires_at: expiresAt } };
};
