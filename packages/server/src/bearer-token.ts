import { PersistoAuthError } from "@persisto/contract";

/**
 * The API key in an Authorization header.
 * @throws PersistoAuthError unauthorized when there is none or it has another form.
 */
export function bearerToken(authorization: string | undefined): string {
  if (authorization === undefined) {
    throw new PersistoAuthError("No API key. Send it as a header: Authorization: Bearer <key>.");
  }
  const token = /^bearer +([\x21-\x7e]+)$/i.exec(authorization)?.[1];
  if (token === undefined) {
    throw new PersistoAuthError("The Authorization header must be: Bearer <key>.");
  }
  return token;
}
