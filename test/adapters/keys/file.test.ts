import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { importJWK, jwtVerify, SignJWT } from 'jose'
import { openKeyRing } from '../../../adapters/keys/file.ts'
import { localMasterKey, permissionFault } from '../../../adapters/keys/master-key.ts'
import type { ServiceEvent } from '../../../src/ports/event-sink.ts'

const DAY = 86_400_000
let directory: string
let file: string
let now: number

const clock = { now: () => now }
const random = {
  bytes: (length: number) => new Uint8Array(randomBytes(length)),
  uuid: () => randomUUID(),
  digits: (length: number) => Array.from({ length }, () => randomInt(10)).join(''),
}
const masterKey = new Uint8Array(32).fill(7)
const options = () => ({ file, masterKey, clock, random })
const algs = (jwks: readonly { alg?: string }[]) => jwks.map(({ alg }) => alg)

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'panjereh-keys-'))
  file = join(directory, 'deep', 'keys.json')
  now = Date.UTC(2026, 0, 1)
})
afterEach(() => rm(directory, { recursive: true }))

describe('the key file', () => {
  it('is made at the first start and opens to the same keys at the second', async () => {
    const events: ServiceEvent[] = []
    const sink = { record: async (...more: readonly ServiceEvent[]) => void events.push(...more) }
    const first = await openKeyRing({ ...options(), events: sink })
    const second = await openKeyRing({ ...options(), events: sink, create: false })
    expect(second.ring).toEqual(first.ring)
    expect(second.dataKeys).toEqual(first.dataKeys)
    expect(second.lookupKey).toEqual(first.lookupKey)
    expect(events.map(({ type }) => type)).toEqual(['key.created'])
  })

  it('is its owner’s alone, leaves nothing beside it, and shows no key', async () => {
    const { ring } = await openKeyRing(options())
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readdir(join(directory, 'deep'))).toEqual(['keys.json'])
    const text = await readFile(file, 'utf8')
    for (const jwk of ring.jwks) expect(text).not.toContain(jwk.kid)
    expect(text).not.toContain(ring.cookieKeys[0])
  })

  it('does not open with another master key, nor after a change of any part', async () => {
    await openKeyRing(options())
    const other = { ...options(), masterKey: new Uint8Array(32).fill(8) }
    await expect(openKeyRing(other)).rejects.toMatchObject({ code: 'key_unavailable' })
    const whole = JSON.parse(await readFile(file, 'utf8')) as Record<string, string>
    for (const part of ['salt', 'nonce', 'sealed', 'tag']) {
      const bytes = Buffer.from(String(whole[part]), 'base64url')
      bytes[0] = (bytes[0] ?? 0) ^ 1
      await writeFile(file, JSON.stringify({ ...whole, [part]: bytes.toString('base64url') }))
      await expect(openKeyRing(options())).rejects.toMatchObject({ code: 'key_unavailable' })
    }
  })

  it('is made by one of several windows that start at once', async () => {
    const opened = await Promise.all([1, 2, 3, 4].map(() => openKeyRing(options())))
    expect(new Set(opened.map(({ ring }) => ring.jwks[0]?.kid)).size).toBe(1)
  })

  it('takes another master key when it is saved under it', async () => {
    const { ring, save } = await openKeyRing(options())
    const other = new Uint8Array(32).fill(9)
    await save(other)
    await expect(openKeyRing(options())).rejects.toMatchObject({ code: 'key_unavailable' })
    expect((await openKeyRing({ ...options(), masterKey: other })).ring).toEqual(ring)
  })
})

describe('rotation', () => {
  it('uses the key that was published before, and keeps the old one for the overlap', async () => {
    const before = await openKeyRing(options())
    const signing = ({ ring }: Awaited<ReturnType<typeof openKeyRing>>) =>
      ring.jwks.filter(({ use }) => use === 'sig')
    expect(algs(signing(before))).toEqual(['ES256', 'RS256', 'EdDSA', 'ES256', 'RS256', 'EdDSA'])
    await before.rotate('signing')
    const after = signing(await openKeyRing(options()))
    const kids = (list: readonly { kid?: string }[]) => list.map(({ kid }) => kid)
    expect(kids(after.slice(0, 3))).toEqual(kids(signing(before).slice(3)))
    expect(kids(after.slice(6))).toEqual(kids(signing(before).slice(0, 3)))

    now += 29 * DAY
    await (await openKeyRing(options())).rotate('signing')
    expect(signing(await openKeyRing(options()))).toHaveLength(12)
    now += 2 * DAY
    await (await openKeyRing(options())).rotate('signing')
    const last = kids((await openKeyRing(options())).ring.jwks)
    expect(last).not.toContain(before.ring.jwks[0]?.kid)
  })

  it('verifies after it what was signed before it', async () => {
    const before = await openKeyRing(options())
    const [jwk] = before.ring.jwks
    const token = await new SignJWT({ sub: 'x' })
      .setProtectedHeader({ alg: 'ES256', kid: jwk?.kid })
      .sign(await importJWK(jwk ?? {}))
    await before.rotate('signing')
    const { ring } = await openKeyRing(options())
    const found = ring.jwks.find(({ kid }) => kid === jwk?.kid) ?? {}
    const { kty, crv, x, y } = found
    const verified = await jwtVerify(token, await importJWK({ kty, crv, x, y }, 'ES256'))
    expect(verified.payload.sub).toBe('x')
  })

  it('puts new cookie and data keys first, forgets old cookie keys and never a data key', async () => {
    const first = await openKeyRing(options())
    for (const _ of [1, 2, 3]) {
      await first.rotate('cookies')
      await first.rotate('data')
    }
    const last = await openKeyRing(options())
    expect(last.ring.cookieKeys).toHaveLength(3)
    expect(last.ring.cookieKeys).not.toContain(first.ring.cookieKeys[0])
    expect(last.dataKeys).toHaveLength(4)
    expect(last.dataKeys.at(-1)).toEqual(first.dataKeys[0])
    expect(last.ring.pairwiseSecret).toEqual(first.ring.pairwiseSecret)
    expect(last.lookupKey).toEqual(first.lookupKey)
  })
})

describe('the master key beside the data', () => {
  it('is made once, and only its owner reads it', async () => {
    const path = join(directory, 'master.key')
    const keys = await Promise.all([localMasterKey(path, random), localMasterKey(path, random)])
    expect(keys[0]).toEqual(keys[1])
    expect(await permissionFault(path)).toBeUndefined()
    await writeFile(join(directory, 'open.key'), 'x', { mode: 0o644 })
    expect(await permissionFault(join(directory, 'open.key'))).toContain('chmod 600')
  })

  it('is refused when it is not a key', async () => {
    const path = join(directory, 'master.key')
    await writeFile(path, 'short')
    await expect(localMasterKey(path, random)).rejects.toMatchObject({ code: 'key_unavailable' })
  })
})
