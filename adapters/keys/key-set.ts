import { createECDH, hkdfSync } from 'node:crypto'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { z } from 'zod'
import type { Clock } from '../../src/ports/clock.ts'
import type { Random } from '../../src/ports/random.ts'

/** ES256 first: it is our default; RS256 and EdDSA are for clients that ask. */
export const ALGORITHMS = ['ES256', 'RS256', 'EdDSA'] as const
export type Algorithm = (typeof ALGORITHMS)[number]

const State = z.enum(['current', 'next', 'retired'])
export type KeyState = z.infer<typeof State>

const SigningKey = z.object({
  alg: z.enum(ALGORITHMS),
  state: State,
  /** Milliseconds since the epoch. */
  createdAt: z.number(),
  retiredAt: z.number().optional(),
  jwk: z.record(z.string(), z.unknown()),
})
export type SigningKey = Readonly<z.infer<typeof SigningKey>>

const EncryptionKey = z.object({
  /** Of several, the first is the one in use; the others open what was sent before they were retired. */
  createdAt: z.number(),
  retiredAt: z.number().optional(),
  jwk: z.record(z.string(), z.unknown()),
})
export type EncryptionKey = Readonly<z.infer<typeof EncryptionKey>>

const Secret = z.object({ id: z.string(), key: z.string(), createdAt: z.number() })

/** What stands in the key file. Secrets are base64url; the first of a list is the one in use. */
export const KeySet = z.object({
  signing: z.array(SigningKey),
  encryption: z.array(EncryptionKey).min(1),
  cookies: z.array(Secret).min(1),
  data: z.array(Secret).min(1),
  pairwise: z.string(),
  lookup: z.string(),
})
export type KeySet = Readonly<z.infer<typeof KeySet>>

export interface Makers {
  readonly clock: Clock
  readonly random: Random
}

export async function newKeySet(makers: Makers): Promise<KeySet> {
  const signing = await Promise.all(
    ALGORITHMS.flatMap((alg) => [
      newSigningKey(alg, 'current', makers),
      newSigningKey(alg, 'next', makers),
    ]),
  )
  return {
    signing,
    encryption: [newEncryptionKey(makers)],
    cookies: [newSecret(makers)],
    data: [newSecret(makers)],
    pairwise: secret(makers),
    lookup: secret(makers),
  }
}

export async function newSigningKey(
  alg: Algorithm,
  state: KeyState,
  { clock, random }: Makers,
): Promise<SigningKey> {
  const options = { extractable: true, modulusLength: 2048 }
  const { privateKey } = await generateKeyPair(alg, options)
  const jwk: JWK = await exportJWK(privateKey)
  const kid = `${alg.toLowerCase()}-${random.uuid().slice(0, 8)}`
  return { alg, state, createdAt: clock.now(), jwk: { ...jwk, kid, alg, use: 'sig' } }
}

export function newEncryptionKey({ clock, random }: Makers): EncryptionKey {
  return encryptionKey(random.bytes(32), clock.now(), random.uuid().slice(0, 8))
}

/** A scalar of P-256 (its order is so near to 2^256 that one in four thousand million is none), as a key
 *  to which requests are encrypted (RFC 7518 section 4.6). */
function encryptionKey(scalar: Uint8Array, createdAt: number, id: string): EncryptionKey {
  const ecdh = createECDH('prime256v1')
  ecdh.setPrivateKey(scalar)
  const point = ecdh.getPublicKey()
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')
  const public_ = {
    kty: 'EC',
    crv: 'P-256',
    x: text(point.subarray(1, 33)),
    y: text(point.subarray(33)),
  }
  const jwk = { ...public_, d: text(scalar), kid: `ecdh-es-${id}`, alg: 'ECDH-ES', use: 'enc' }
  return { createdAt, jwk }
}

/** A file of before there were encryption keys: each window that opens it makes the same one of a secret
 *  that they share, so that they agree without writing. The first rotation replaces it. */
export function withEncryptionKey(file: unknown): unknown {
  const old = z
    .looseObject({ lookup: z.string(), signing: z.array(SigningKey).min(1) })
    .safeParse(file)
  if (!old.success || 'encryption' in old.data) return file
  const { lookup, signing } = old.data
  const secret = Buffer.from(lookup, 'base64url')
  const scalar = new Uint8Array(hkdfSync('sha256', secret, '', 'panjereh encryption key v1', 32))
  const createdAt = Math.min(...signing.map((key) => key.createdAt))
  return { ...old.data, encryption: [encryptionKey(scalar, createdAt, 'first')] }
}

/** The new one is in use at once: who encrypts to an old one is understood until the overlap is over. */
export function rotateEncryption(
  keys: readonly EncryptionKey[],
  overlapMs: number,
  makers: Makers,
): EncryptionKey[] {
  const now = makers.clock.now()
  const kept = keys
    .filter((key) => now - (key.retiredAt ?? now) < overlapMs)
    .map((key) => ({ ...key, retiredAt: key.retiredAt ?? now }))
  return [newEncryptionKey(makers), ...kept]
}

export function newSecret(makers: Makers) {
  return {
    id: makers.random.uuid().slice(0, 8),
    key: secret(makers),
    createdAt: makers.clock.now(),
  }
}

function secret({ random }: Makers): string {
  return Buffer.from(random.bytes(32)).toString('base64url')
}

const ORDER: Readonly<Record<KeyState, number>> = { current: 0, next: 1, retired: 2 }

/** Current ones first, then those to come (published before use, so that relying parties know them
 *  when they are first used), then the retired ones whose signatures are still about. */
export function inOrder(keys: readonly SigningKey[]): readonly SigningKey[] {
  return [...keys].sort(
    (a, b) =>
      ORDER[a.state] - ORDER[b.state] || ALGORITHMS.indexOf(a.alg) - ALGORITHMS.indexOf(b.alg),
  )
}

/** next → current, current → retired, and a new next. Retired ones are dropped after the overlap. */
export async function rotateSigning(
  keys: readonly SigningKey[],
  overlapMs: number,
  makers: Makers,
): Promise<SigningKey[]> {
  const now = makers.clock.now()
  const kept = keys
    .filter((key) => key.state !== 'retired' || now - (key.retiredAt ?? now) < overlapMs)
    .map((key) => moved(key, now))
  const coming = await Promise.all(ALGORITHMS.map((alg) => newSigningKey(alg, 'next', makers)))
  return [...kept, ...coming]
}

function moved(key: SigningKey, now: number): SigningKey {
  if (key.state === 'next') return { ...key, state: 'current' }
  if (key.state === 'current') return { ...key, state: 'retired', retiredAt: now }
  return key
}
