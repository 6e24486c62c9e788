import { describe, expect, it } from '@jest/globals'
import { sealFindings } from '../../src/cli/doctor-seals.ts'
import { UpstreamUnavailable } from '../../src/errors.ts'
import type { Seal } from '../../src/ports/seal-store.ts'
import type { SealKeyState } from '../../src/signing/seals/seal-key.ts'

const DAY = 86_400_000
const NOW = Date.UTC(2026, 10, 26)

const seal = (owner: Seal['owner'], more: Partial<Seal> = {}): Seal => ({
  ...{ id: `id-${owner}`, owner, keyId: 'k', alg: 'ES256', protection: 'software' },
  organization: { name: 'سازمان نمونه', identifier: 'NTRIR-14000000134' },
  certificateChain: [],
  createdAt: NOW - 100 * DAY,
  expiresAt: NOW + 200 * DAY,
  ...more,
})

const look = (seals: readonly Seal[], state: SealKeyState | Error = 'good', isOwnWanted = false) =>
  sealFindings(seals, {
    stateOf: async () => {
      if (state instanceof Error) throw state
      return state
    },
    now: NOW,
    isOwnWanted,
  })

describe('the doctor looks at seals', () => {
  it('that are good', async () => {
    expect(await look([seal('window'), seal('client:deeds')], 'good', true)).toEqual([
      ['ok', 'the window’s own seal is good until 2027-06-14'],
      ['ok', 'the seal of deeds is good until 2027-06-14'],
    ])
  })

  it.each([
    ['within 30 days', { expiresAt: NOW + 29 * DAY }, 'ends on 2026-12-25'],
    [
      'in the last third of a short life',
      { createdAt: NOW - 2 * DAY, expiresAt: NOW + DAY },
      'ends on 2026-11-27',
    ],
    ['already', { expiresAt: NOW - DAY }, 'is over since 2026-11-25'],
  ])('that end %s', async (_when, more, said) => {
    const [[verdict, text] = []] = await look([seal('client:deeds', more)])
    expect([verdict, text]).toEqual(['warn', expect.stringContaining(said)])
  })

  it.each([
    [
      'missing',
      'has no key in the key store any more: `seal revoke id-client:deeds`, then `seal create --client deeds …`',
    ],
    ['other', 'has another key than its certificate: `seal revoke'],
    ['elsewhere', 'has its key where keys were before'],
    [new UpstreamUnavailable('hsm', 'no token'), 'the key of the seal of deeds: '],
  ] as const)('whose key is not good: %s', async (state, said) => {
    const [[verdict, text] = []] = await look([seal('client:deeds')], state)
    expect([verdict, text]).toEqual(['warn', expect.stringContaining(said)])
  })

  it('that the configuration wants and the window has not', async () => {
    const [[verdict, text] = []] = await look([], 'good', true)
    expect([verdict, text]).toEqual(['warn', expect.stringContaining('PANJEREH_SEAL_IDENTIFIER')])
    expect(await look([], 'good', false)).toEqual([])
  })
})
