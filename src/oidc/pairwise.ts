import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { Client } from 'oidc-provider'

/** OIDC Core 8.1: a `sub` that differs from sector to sector. A subject's id is one 128-bit block; it is
 *  permuted by AES-256 under a key that is derived for the sector. So the value is stable for ever,
 *  cannot be linked over sectors without the secret, needs no table, and can be resolved inside.
 *  (One block under one key: the mode has no bearing; see docs/adr.) */
export interface PairwiseSubjects {
  subOf(subjectId: string, sector: string): string
  /** Undefined when it is no `sub` of this form. */
  resolve(sub: string, sector: string): string | undefined
}

const MOST_KEPT = 10_000
const SUB = /^[A-Za-z0-9_-]{22}$/

export function pairwiseSubjects(secret: Uint8Array): PairwiseSubjects {
  const keys = new Map<string, KeyObject>()

  /** Asked for again at each introspection; starting a cipher costs more than looking here. */
  const subs = new Map<string, string>()

  function keyOf(sector: string): KeyObject {
    const known = keys.get(sector)
    if (known) return known
    const bytes = hkdfSync('sha256', secret, sector, 'panjereh pairwise sub v1', 32)
    // A key object: Node takes ten times as long to begin with bytes.
    const key = createSecretKey(Buffer.from(bytes))
    keys.set(sector, key)
    return key
  }

  function permuted(subjectId: string, sector: string): string {
    const block = Buffer.from(subjectId.replaceAll('-', ''), 'hex')
    if (block.length !== 16) throw new TypeError('a subject id is a UUID')
    const cipher = createCipheriv('aes-256-ecb', keyOf(sector), null).setAutoPadding(false)
    return Buffer.concat([cipher.update(block), cipher.final()]).toString('base64url')
  }

  return {
    subOf(subjectId, sector) {
      const name = `${subjectId} ${sector}`
      const known = subs.get(name)
      if (known !== undefined) return known
      const sub = permuted(subjectId, sector)
      if (subs.size >= MOST_KEPT) subs.clear()
      subs.set(name, sub)
      return sub
    },
    resolve(sub, sector) {
      if (!SUB.test(sub)) return undefined
      const decipher = createDecipheriv('aes-256-ecb', keyOf(sector), null).setAutoPadding(false)
      const block = Buffer.concat([
        decipher.update(Buffer.from(sub, 'base64url')),
        decipher.final(),
      ])
      const hex = block.toString('hex')
      return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
    },
  }
}

/** OIDC Core 8.1: the host of `sector_identifier_uri`, or of the redirect URIs. A native app's own scheme or
 *  loopback address names no host that somebody must own: anybody could write another's into it, and all
 *  who leave it out would share one. Such a client is a sector by itself. */
export function sectorOf(client: Client): string {
  const { sectorIdentifier, sectorIdentifierUri, applicationType, clientId, redirectUris } = client
  const [first] = redirectUris ?? []
  const isNative = applicationType === 'native' && sectorIdentifierUri === undefined
  if (isNative && first && URL.parse(first)?.protocol !== 'https:') return `client/${clientId}`
  return typeof sectorIdentifier === 'string' ? sectorIdentifier : `client/${clientId}`
}
