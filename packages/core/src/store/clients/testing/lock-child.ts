import { isPersistoError } from "@persisto/contract";
import { acquireDataDirLock, type DataDirLock } from "../data-dir-lock.js";

/** What the script is told to do; it answers each with a Reply. */
export type Order = { readonly acquire: string } | { readonly release: true };

/** How it went. */
export interface Reply {
  readonly held: boolean;
  readonly code?: string;
  readonly message?: string;
}

let lock: DataDirLock | undefined;

process.on("message", (order: Order) => {
  void obey(order).then((reply) => process.send?.(reply));
});
process.send?.({ held: false } satisfies Reply);

async function obey(order: Order): Promise<Reply> {
  if ("release" in order) {
    lock?.release();
    lock = undefined;
    return { held: false };
  }
  try {
    lock = await acquireDataDirLock(order.acquire);
    return { held: true };
  } catch (error) {
    if (isPersistoError(error)) return { held: false, code: error.code, message: error.message };
    return { held: false, code: "unexpected", message: String(error) };
  }
}
