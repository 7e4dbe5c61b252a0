import { PersistoError } from "@persisto/contract";

/**
 * Host and port of a server's URL, without the path and the credentials it may carry, since they go into messages.
 * @throws PersistoError invalid_input when it is no http or https URL.
 */
export function hostOf(baseUrl: string, example: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new PersistoError("invalid_input", `baseUrl must be an http or https URL such as ${example}.`);
  }
  return url.host;
}
