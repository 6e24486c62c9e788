import { createHmac, createSecretKey, timingSafeEqual, type KeyObject } from 'node:crypto'

/** What Koa asks of `app.keys` (the interface of the keygrip package). */
export interface CookieSigner {
  sign(data: string): string
  verify(data: string, digest: string): boolean
  /** Which key signed it; -1 for none. Koa signs anew what an older key signed. */
  index(data: string, digest: string): number
}

/** HMAC-SHA-256 with keys that are imported once: Keygrip imports its key for each signature, which costs
 *  ten times the signature itself, and a sign-in has some twenty of them. The first key signs. */
export function cookieSigner(secrets: readonly string[]): CookieSigner {
  const keys = secrets.map((secret) => createSecretKey(Buffer.from(secret, 'utf8')))
  const [current] = keys
  if (current === undefined) throw new TypeError('cookies need a key')

  const index = (data: string, digest: string) =>
    keys.findIndex((key) => isSame(signature(key, data), digest))

  return {
    sign: (data) => signature(current, data),
    verify: (data, digest) => index(data, digest) >= 0,
    index,
  }
}

function signature(key: KeyObject, data: string): string {
  return createHmac('sha256', key).update(data).digest('base64url')
}

function isSame(expected: string, given: string): boolean {
  const [one, other] = [Buffer.from(expected), Buffer.from(given)]
  return one.length === other.length && timingSafeEqual(one, other)
}
