/** What was found out about one thing. */
export interface Finding {
  readonly state: "ok" | "warning" | "failed";
  readonly subject: string;
  /** What it is, or what is wrong with it and the remedy. */
  readonly message: string;
}

/** What a check found, or how it failed. */
export async function find(subject: string, check: () => Promise<string>): Promise<Finding> {
  try {
    return { state: "ok", subject, message: await check() };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { state: "failed", subject, message: message.replaceAll(/\s*\n\s*/g, " ") };
  }
}
