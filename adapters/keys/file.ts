import type { JWK } from 'jose'
import { PanjerehError } from '../../src/errors.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { EventSink } from '../../src/ports/event-sink.ts'
import type { KeyRing } from '../../src/ports/key-ring.ts'
import type { Random } from '../../src/ports/random.ts'
import {
  inOrder,
  KeySet,
  newKeySet,
  newSecret,
  rotateEncryption,
  rotateSigning,
  withEncryptionKey,
} from './key-set.ts'
import { createSealed, readSealed, writeSealed } from './sealed-file.ts'

export interface KeyRingOptions {
  readonly file: string
  /** 32 bytes. */
  readonly masterKey: Uint8Array
  readonly clock: Clock
  readonly random: Random
  readonly events?: Pick<EventSink, 'record'>
  /** How long a retired signing key stays published. Default: 30 days. */
  readonly overlapSeconds?: number
  /** False: a file that is not there is a fault. Default: it is made. */
  readonly create?: boolean
}

export const KEY_KINDS = ['signing', 'encryption', 'cookies', 'data'] as const
export type KeyKind = (typeof KEY_KINDS)[number]

/** A key of SecretBox; the first of the list is the one that new envelopes are made with. */
export interface DataKey {
  readonly id: string
  readonly key: Uint8Array
}

/** What an operator may see of a key. */
export interface KeyDescription {
  readonly kind: KeyKind
  readonly id: string
  readonly state: 'current' | 'next' | 'retired'
  readonly createdAt: number
}

export interface OpenedKeys {
  readonly ring: KeyRing
  readonly dataKeys: readonly DataKey[]
  readonly lookupKey: Uint8Array
  list(): readonly KeyDescription[]
  /** Writes the file. What is open already keeps its keys: the window is started anew after it. */
  rotate(kind: KeyKind): Promise<void>
  /** Writes the file anew, under a fresh salt (and the given master key: so it is changed). */
  save(masterKey?: Uint8Array): Promise<void>
}

const DAY_MS = 86_400_000

/** Opens the encrypted key file; the first start makes it. */
export async function openKeyRing(options: KeyRingOptions): Promise<OpenedKeys> {
  const { file, masterKey, random } = options
  if (masterKey.length !== 32) {
    throw new PanjerehError('key_unavailable', 'the master key must have 32 bytes')
  }
  const found = await readSealed(file, masterKey)
  let keys = found === undefined ? await created(options) : parsed(found)
  const save = (key = masterKey) => writeSealed({ file, masterKey: key, random }, keys)
  return {
    ring: ringOf(keys),
    dataKeys: keys.data.map(({ id, key }) => ({ id, key: bytes(key) })),
    lookupKey: bytes(keys.lookup),
    list: () => described(keys),
    rotate: async (kind) => {
      const rotated = await ROTATIONS[kind](keys, options)
      await writeSealed({ file, masterKey, random }, rotated)
      keys = rotated
      await record(options, 'key.rotated', kind)
    },
    save,
  }
}

async function created(options: KeyRingOptions): Promise<KeySet> {
  if (options.create === false) {
    throw new PanjerehError('key_unavailable', `there is no key file ${options.file}`)
  }
  const keys = await newKeySet(options)
  if (!(await createSealed(options, keys))) {
    return parsed(await readSealed(options.file, options.masterKey))
  }
  await record(options, 'key.created', 'all')
  return keys
}

function parsed(file: unknown): KeySet {
  return KeySet.parse(withEncryptionKey(file))
}

async function record(
  { events, clock }: KeyRingOptions,
  type: 'key.created' | 'key.rotated',
  kind: string,
): Promise<void> {
  await events?.record({ type, at: clock.now(), actor: 'operator', detail: { kind } })
}

type Rotation = (keys: KeySet, options: KeyRingOptions) => Promise<KeySet>

const ROTATIONS: Readonly<Record<KeyKind, Rotation>> = {
  signing: async (keys, options) => ({
    ...keys,
    signing: await rotateSigning(keys.signing, overlapMs(options), options),
  }),
  encryption: async (keys, options) => ({
    ...keys,
    encryption: rotateEncryption(keys.encryption, overlapMs(options), options),
  }),
  // Three: a cookie lives as long as a session, and a rotation a month is the usual pace.
  cookies: async (keys, options) => ({
    ...keys,
    cookies: [newSecret(options), ...keys.cookies].slice(0, 3),
  }),
  // Never dropped: rows that were sealed with an old one must open for ever.
  data: async (keys, options) => ({ ...keys, data: [newSecret(options), ...keys.data] }),
}

function overlapMs({ overlapSeconds }: KeyRingOptions): number {
  return overlapSeconds === undefined ? 30 * DAY_MS : overlapSeconds * 1000
}

function ringOf(keys: KeySet): KeyRing {
  return Object.freeze({
    jwks: [...inOrder(keys.signing), ...keys.encryption].map(({ jwk }) => jwk as JWK),
    cookieKeys: keys.cookies.map(({ key }) => key),
    pairwiseSecret: bytes(keys.pairwise),
  })
}

function described(keys: KeySet): readonly KeyDescription[] {
  const signing = inOrder(keys.signing).map(({ state, createdAt, jwk }) => ({
    kind: 'signing' as const,
    id: String(jwk['kid']),
    state,
    createdAt,
  }))
  const encryption = keys.encryption.map(({ jwk, createdAt, retiredAt }) => ({
    kind: 'encryption' as const,
    id: String(jwk['kid']),
    state: retiredAt === undefined ? ('current' as const) : ('retired' as const),
    createdAt,
  }))
  const secrets = (['cookies', 'data'] as const).flatMap((kind) =>
    keys[kind].map(({ id, createdAt }, index) => ({
      kind,
      id,
      state: index === 0 ? ('current' as const) : ('retired' as const),
      createdAt,
    })),
  )
  return [...signing, ...encryption, ...secrets]
}

function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64url'))
}
