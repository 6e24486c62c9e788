import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { compactDecrypt, CompactEncrypt, importJWK, type JWK } from 'jose'
import { openKeyRing, type OpenedKeys } from '../../../adapters/keys/file.ts'
import { newKeySet } from '../../../adapters/keys/key-set.ts'
import { createSealed } from '../../../adapters/keys/sealed-file.ts'
import { fakeRandom } from '../../support/fakes.ts'

const DAY = 86_400_000
const masterKey = new Uint8Array(32).fill(7)
let directory: string
let file: string
let now: number

const options = () => ({ file, masterKey, clock: { now: () => now }, random: fakeRandom })
const keysOf = ({ ring }: OpenedKeys) => ring.jwks.filter(({ use }) => use === 'enc')

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'panjereh-keys-'))
  file = join(directory, 'keys.json')
  now = Date.UTC(2026, 0, 1)
})
afterEach(() => rm(directory, { recursive: true }))

async function encryptedTo({ d: _private, ...jwk }: JWK): Promise<string> {
  return new CompactEncrypt(Buffer.from('a request'))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: jwk.kid })
    .encrypt(await importJWK(jwk, 'ECDH-ES'))
}

async function opens(jwk: JWK | undefined, jwe: string): Promise<string> {
  const { plaintext } = await compactDecrypt(jwe, await importJWK(jwk ?? {}, 'ECDH-ES'))
  return Buffer.from(plaintext).toString()
}

describe('the encryption key', () => {
  it('opens what was encrypted to it, and is the same at the next start', async () => {
    const first = await openKeyRing(options())
    const [key] = keysOf(first)
    expect(key).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ECDH-ES', use: 'enc' })
    const jwe = await encryptedTo(key ?? {})
    const [again] = keysOf(await openKeyRing(options()))
    expect(await opens(again, jwe)).toBe('a request')
  })

  it('is replaced by a rotation, and kept for the overlap', async () => {
    const before = await openKeyRing(options())
    const [old] = keysOf(before)
    await before.rotate('encryption')
    const after = await openKeyRing(options())
    expect(keysOf(after).map(({ kid }) => kid)).toEqual([
      expect.not.stringMatching(old?.kid ?? ''),
      old?.kid,
    ])
    expect(after.list().filter(({ kind }) => kind === 'encryption')).toMatchObject([
      { state: 'current' },
      { id: old?.kid, state: 'retired' },
    ])
    now += 31 * DAY
    await (await openKeyRing(options())).rotate('encryption')
    const last = keysOf(await openKeyRing(options()))
    expect(last).toHaveLength(2)
    expect(last.map(({ kid }) => kid)).not.toContain(old?.kid)
  })

  it('is made for a file that has none, the same by every window, and leaves the rest alone', async () => {
    const { encryption: _none, ...old } = await newKeySet(options())
    await createSealed(options(), old)
    const opened = await Promise.all([1, 2, 3].map(() => openKeyRing(options())))
    const [key, ...others] = opened.map((one) => keysOf(one)[0])
    for (const other of others) expect(other).toEqual(key)
    expect(await opens(key, await encryptedTo(key ?? {}))).toBe('a request')
    expect(opened[0]?.ring.jwks).toHaveLength(7)
    await opened[0]?.rotate('encryption')
    const rotated = await openKeyRing(options())
    expect(keysOf(rotated)[1]?.kid).toBe(key?.kid)
    expect(rotated.ring.pairwiseSecret).toEqual(opened[0]?.ring.pairwiseSecret)
  })

  it('differs from file to file', async () => {
    const kids = new Set<string | undefined>()
    for (const name of [randomUUID(), randomBytes(4).toString('hex')]) {
      const { encryption: _none, ...old } = await newKeySet(options())
      const path = join(directory, name)
      await createSealed({ ...options(), file: path }, old)
      kids.add(keysOf(await openKeyRing({ ...options(), file: path }))[0]?.x)
    }
    expect(kids.size).toBe(2)
  })
})
