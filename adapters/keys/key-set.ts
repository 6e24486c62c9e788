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

const Secret = z.object({ id: z.string(), key: z.string(), createdAt: z.number() })

/** What stands in the key file. Secrets are base64url; the first of a list is the one in use. */
export const KeySet = z.object({
  signing: z.array(SigningKey),
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
