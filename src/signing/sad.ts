import { createHash } from 'node:crypto'
import { z } from 'zod'

/** What one person agrees to in one act (the signature activation data of EN 419 241-1). */
export interface SignatureActivationData {
  readonly id: string
  readonly subjectId: string
  /** Who gets the signatures. */
  readonly clientId: string
  /** Of the signing credential. */
  readonly credentialId: string
  /** base64url SHA-256 of the very bytes to be signed (signed attributes, JWS signing input), in the order shown. */
  readonly hashes: readonly string[]
  /** base64url SHA-256 of what others have prepared, in the order shown: for each of them one signature in one form,
   *  over the digest itself or over attributes that the SAM makes from it (src/signing/forms.ts). */
  readonly digests: readonly string[]
  /** As shown, NFC. */
  readonly text: string
  /** base64url, 32 bytes. */
  readonly nonce: string
  /** Milliseconds since the epoch: the passkey has to answer before. */
  readonly expiresAt: number
}

/** With what it will be signed, and where the passkey is asked. */
export interface SadBinding {
  /** The key's name in the key store. */
  readonly keyId: string
  /** DER, the person's own: it says whose name the public key goes by. */
  readonly certificate: Uint8Array
  /** The window's host (WebAuthn's relying party). */
  readonly rpId: string
}

/** In one act (CSC API v2 leaves the bound to the service). */
export const MOST_HASHES = 50
const LONGEST_TEXT = 65_536

const Id = z.string().min(1).max(255)
const Octets32 = z.string().regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/)

/** What one can agree to at all: bounded, and of one spelling, so that no two of them make one challenge. */
const Sad = z
  .object({
    id: Id,
    subjectId: Id,
    clientId: Id,
    credentialId: Id,
    hashes: z.array(Octets32),
    digests: z.array(Octets32),
    text: z
      .string()
      .max(LONGEST_TEXT)
      .refine((text) => text.isWellFormed() && text === text.normalize('NFC')),
    nonce: Octets32,
    expiresAt: z.int().positive(),
  })
  .refine(({ hashes, digests }) => isFew(hashes.length + digests.length))
const isFew = (count: number) => count >= 1 && count <= MOST_HASHES

export const isWellFormed = (sad: SignatureActivationData): boolean => Sad.safeParse(sad).success

const PREFIX = 'IRNIN-L4-SAD-v2\0'

/** What the passkey signs, 32 bytes: SHA-256 over the prefix, which no other protocol's input begins with, and these
 *  parts, each after its length (four octets, big endian), so that nothing can move from one part into the next:
 *  id of the act, signer, relying party (client), host of the window, signing credential, name of the key, SHA-256
 *  of its certificate, number of hashes, each hash in order, number of digests, each digest in order, nonce, SHA-256
 *  of the NFC text, expiry. Numbers have eight octets, big endian. Which passkey answers is bound by WebAuthn itself.
 *  This is section 5 of our own design (prefix, hash, nonce, text) with everything else that EN 419 241-2 wants bound;
 *  it is like it, and not certified. */
export function challengeOf(sad: SignatureActivationData, bound: SadBinding): Buffer {
  const parts = [
    ...[sad.id, sad.subjectId, sad.clientId, bound.rpId, sad.credentialId, bound.keyId].map(utf8),
    sha256(bound.certificate),
    number(sad.hashes.length),
    ...sad.hashes.map((hash) => Buffer.from(hash, 'base64url')),
    number(sad.digests.length),
    ...sad.digests.map((digest) => Buffer.from(digest, 'base64url')),
    Buffer.from(sad.nonce, 'base64url'),
    sha256(utf8(sad.text.normalize('NFC'))),
    number(sad.expiresAt),
  ]
  return sha256(Buffer.concat([utf8(PREFIX), ...parts.flatMap((part) => [length(part), part])]))
}

const utf8 = (text: string) => Buffer.from(text, 'utf8')

export function sha256(data: Uint8Array): Buffer {
  return createHash('sha256').update(data).digest()
}

function number(value: number): Buffer {
  const octets = Buffer.alloc(8)
  octets.writeBigUInt64BE(BigInt(value))
  return octets
}

function length({ length: octets }: Uint8Array): Buffer {
  const written = Buffer.alloc(4)
  written.writeUInt32BE(octets)
  return written
}
