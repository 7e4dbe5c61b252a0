import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { PersistoAuthError, type Filters, type KeyScope, type Principal } from "@persisto/contract";
import type { AccessStore } from "../store/access-store.js";
import { coversGlob } from "../namespaces/namespace-globs.js";

// psto_tok_<claims>.<signature>, both base64url. Nothing is stored: a token lives for an hour at most, and ends with its key.

/** What a token carries. */
export interface TokenClaims {
  /** The id of the key that made it. */
  readonly key: string;
  readonly scopes: readonly KeyScope[];
  readonly namespaces: readonly string[];
  readonly filters: Filters | null;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

/** Signs and reads tokens. */
export interface ScopedTokens {
  sign(claims: TokenClaims): string;
  /** @throws PersistoAuthError unauthorized when malformed, forbidden when not signed here or expired. */
  read(token: string): TokenClaims;
}

const prefix = "psto_tok_";
const pattern = /^psto_tok_([\w-]+)\.([\w-]{43})$/;

/** Whether a credential claims to be a token. */
export function isToken(credential: string): boolean {
  return credential.startsWith(prefix);
}

export async function createScopedTokens(
  store: Pick<AccessStore, "setting">,
  { now = Date.now }: { now?: () => number } = {},
): Promise<ScopedTokens> {
  const secret = await store.setting("token_secret", randomBytes(32).toString("hex"));
  const signatureOf = (claims: string): string =>
    createHmac("sha256", secret).update(`${prefix}${claims}`).digest("base64url");
  return {
    sign(claims) {
      const text = Buffer.from(JSON.stringify(claims)).toString("base64url");
      return `${prefix}${text}.${signatureOf(text)}`;
    },
    read(token) {
      const match = pattern.exec(token);
      if (match === null) throw new PersistoAuthError("The token is malformed; it looks like psto_tok_...");
      const [, claims, signature] = match;
      // As text: the last character of 43 has bits to spare, and one signature shall have one spelling.
      if (!timingSafeEqual(Buffer.from(signatureOf(claims!)), Buffer.from(signature!))) {
        throw new PersistoAuthError("The token is not one of this server's.", { code: "forbidden" });
      }
      // Signed here, so it is what `sign` was given.
      const read = JSON.parse(Buffer.from(claims!, "base64url").toString()) as TokenClaims;
      if (read.expiresAt * 1_000 <= now()) {
        throw new PersistoAuthError("The token has expired; have the key make another.", { code: "forbidden" });
      }
      return read;
    },
  };
}

/** What a token may do: what it says, as far as its key still may. */
export function principalOfToken({ scopes, namespaces, filters }: TokenClaims, key: Principal): Principal {
  return {
    actor: { kind: "token", id: key.actor.id },
    projectId: key.projectId,
    scopes: scopes.filter((scope) => key.scopes.includes(scope)),
    namespaces: namespaces.filter((glob) => coversGlob(key.namespaces, glob)),
    filters,
  };
}
