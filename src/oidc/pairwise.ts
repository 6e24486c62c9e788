import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

/** OIDC Core 8.1: a `sub` that differs from sector to sector. A subject's id is one 128-bit block; it is
 *  permuted by AES-256 under a key that is derived for the sector. So the value is stable for ever,
 *  cannot be linked over sectors without the secret, needs no table, and can be resolved inside.
 *  (One block under one key: the mode has no bearing; see docs/adr.) */
export interface PairwiseSubjects {
  subOf(subjectId: string, sector: string): string
  /** Undefined when it is no `sub` of this form. */
  resolve(sub: string, sector: string): string | undefined
}

const SUB = /^[A-Za-z0-9_-]{22}$/

export function pairwiseSubjects(secret: Uint8Array): PairwiseSubjects {
  const keys = new Map<string, KeyObject>()

  function keyOf(sector: string): KeyObject {
    const known = keys.get(sector)
    if (known) return known
    const bytes = hkdfSync('sha256', secret, sector, 'panjereh pairwise sub v1', 32)
    // A key object: Node takes ten times as long to begin with bytes.
    const key = createSecretKey(Buffer.from(bytes))
    keys.set(sector, key)
    return key
  }

  return {
    subOf(subjectId, sector) {
      const block = Buffer.from(subjectId.replaceAll('-', ''), 'hex')
      if (block.length !== 16) throw new TypeError('a subject id is a UUID')
      const cipher = createCipheriv('aes-256-ecb', keyOf(sector), null).setAutoPadding(false)
      return Buffer.concat([cipher.update(block), cipher.final()]).toString('base64url')
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
