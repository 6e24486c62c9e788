import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { clock } from '../../../adapters/system/clock.ts'
import { random } from '../../../adapters/system/random.ts'
import { timestampAuthority, TsaSettings } from '../../../adapters/tsa/index.ts'
import type { FaultKind } from '../../../sandbox/pki/faults.ts'
import { trustedBy } from '../../../src/signing/certificate-path.ts'
import {
  checkTimestampToken,
  readTimestampToken,
} from '../../../src/signing/cms/timestamp-token.ts'
import { made } from '../../support/made-certificates.ts'
import { sandboxPki, type SandboxPki } from '../../support/sandbox-pki.ts'

const digest = {
  algorithm: 'SHA-256',
  value: createHash('sha256').update('signature').digest(),
} as const

let world: SandboxPki
let root: Buffer
beforeAll(async () => {
  world = await sandboxPki()
  root = await world.der('/root.crt')
})
afterAll(() => world.close())
afterEach(() => world.reset())

function authority(paths: readonly string[], more: object = {}, anchor: Uint8Array = root) {
  const authorities = paths.map((path) => ({ url: `${world.url}${path}` }))
  const settings = TsaSettings.parse({ authorities, eachMs: 1_000, ...more })
  return timestampAuthority(settings, {
    clock,
    random,
    trusts: trustedBy([anchor], 'timestamping'),
  })
}

describe('a time stamp', () => {
  it.each(['SHA-256', 'SHA-384', 'SHA-512'] as const)(
    'over %s is what was asked for',
    async (algorithm) => {
      const name = algorithm.replace('-', '').toLowerCase()
      const value = createHash(name).update('signature').digest()
      const token = readTimestampToken(await authority(['/tsa']).stamp({ algorithm, value }))
      expect(checkTimestampToken(token, { digestOf: () => value }).fault).toBeUndefined()
      expect(token.info.hash).toBe(algorithm)
      expect(Math.abs(token.info.time - Date.now())).toBeLessThan(60_000)
    },
  )

  it('holds the number that somebody else has chosen', async () => {
    const nonce = Buffer.from('00c0ffee', 'hex')
    const token = readTimestampToken(await authority(['/tsa']).stamp(digest, nonce))
    expect(token.info.nonce?.toString('hex').replace(/^(00)+/, '')).toBe('c0ffee')
  })

  it('is by the policy that the operator wants', async () => {
    await expect(
      authority(['/tsa'], { policy: '2.999.364.2' }).stamp(digest),
    ).resolves.toBeDefined()
    await expect(
      authority(['/tsa'], { policy: '2.999.364.3' }).stamp(digest),
    ).rejects.toMatchObject({
      code: 'upstream_unavailable',
      upstream: 'tsa',
    })
  })

  it('of an authority that nobody trusts is none', async () => {
    const stranger = made({ name: 'Stranger' }).der
    await expect(authority(['/tsa'], {}, stranger).stamp(digest)).rejects.toMatchObject({
      cause: {
        errors: [expect.objectContaining({ message: expect.stringContaining('untrusted') })],
      },
    })
  })
})

const BROKEN: readonly FaultKind[] = [
  'slow',
  'hang',
  'down',
  'malformed',
  'huge',
  'rejected',
  'wrong_nonce',
  'wrong_imprint',
  'wrong_certificate',
  'past',
]

describe.each(BROKEN)('an authority that is broken: %s', (kind) => {
  it('gives no stamp', async () => {
    await world.fault('tsa', kind, 5)
    await expect(authority(['/tsa']).stamp(digest)).rejects.toMatchObject({
      code: 'upstream_unavailable',
    })
  })

  it('has another one in its place', async () => {
    await world.fault('tsa', kind, 5)
    const token = readTimestampToken(await authority(['/tsa', '/tsa2']).stamp(digest))
    expect(checkTimestampToken(token, { digestOf: () => digest.value }).fault).toBeUndefined()
    expect((await world.calls())['tsa2']).toBe(1)
  })
})

describe('many authorities', () => {
  it('the first is asked alone as long as it is well', async () => {
    await authority(['/tsa', '/tsa2']).stamp(digest)
    expect(await world.calls()).toMatchObject({ tsa: 1, tsa2: 0 })
  })

  it('one that keeps failing is left alone, and asked again after the pause', async () => {
    const own = authority(['/tsa', '/tsa2'], { failures: 2, pauseMs: 300 })
    await world.fault('tsa', 'down')
    for (let n = 0; n < 5; n += 1) await own.stamp(digest)
    expect(await world.calls()).toMatchObject({ tsa: 2, tsa2: 5 })
    await world.fault('tsa', 'none')
    await new Promise((resolve) => setTimeout(resolve, 400))
    await own.stamp(digest)
    expect(await world.calls()).toMatchObject({ tsa: 3, tsa2: 5 })
  })

  it('all together have an end', async () => {
    await world.fault('all', 'hang')
    const own = authority(['/tsa', '/tsa2', '/tsa', '/tsa2'], { eachMs: 400, allMs: 600 })
    await expect(own.stamp(digest)).rejects.toMatchObject({ code: 'upstream_unavailable' })
    const { tsa, tsa2 } = await world.calls()
    expect((tsa ?? 0) + (tsa2 ?? 0)).toBeLessThanOrEqual(2)
  })
})
