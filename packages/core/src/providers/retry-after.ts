/** Seconds a server asks to wait, from `retry-after-ms` or Retry-After (seconds or a date); undefined when it does not. */
export function retryAfterSeconds(headers: Headers, now = Date.now()): number | undefined {
  const milliseconds = Number.parseFloat(headers.get("retry-after-ms") ?? "");
  if (Number.isFinite(milliseconds)) return Math.max(0, milliseconds / 1000);
  const value = headers.get("retry-after") ?? "";
  const seconds = /^\s*\d/.test(value) ? Number.parseFloat(value) : (Date.parse(value) - now) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}
