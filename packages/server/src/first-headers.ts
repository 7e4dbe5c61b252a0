/** What every answer begins with. */
export function firstHeaders(requestId: string) {
  return { "X-Request-Id": requestId, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff" };
}
