import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { acrNames, wanted } from '../../src/assurance/acr.ts'
import { asserted, isWithinMaxAge, levelTimes, standing } from '../../src/assurance/standing.ts'

const names = acrNames('urn:panjereh:acr:')
const [one, two, three] = [1, 2, 3].map(names.nameOf) as [string, string, string]
const all = new Set([1, 2, 3, 4])
const only1 = new Set([1])

describe('what a request wants', () => {
  it('is level 1 when nothing is asked', () => {
    expect(wanted({}, names, all)).toEqual({
      kind: 'rank',
      rank: 1,
      accepted: [],
      essential: false,
    })
  })

  it('is the first of several acr_values, never silently the lowest', () => {
    expect(wanted({ acrValues: `${three} ${one}` }, names, all)).toMatchObject({
      rank: 3,
      accepted: [3, 1],
    })
  })

  it('skips a preferred level that this window does not offer', () => {
    expect(wanted({ acrValues: `${three} ${one}` }, names, only1)).toMatchObject({
      rank: 1,
      accepted: [1],
    })
  })

  it('is unreachable when none of acr_values is offered (RFC 9470 section 5)', () => {
    expect(wanted({ acrValues: two }, names, only1)).toEqual({ kind: 'unreachable' })
    expect(wanted({ acrValues: 'urn:else:3' }, names, all)).toEqual({ kind: 'unreachable' })
  })

  it('is unreachable when an essential acr is unknown or not offered (OIDC Core 5.5.1.1)', () => {
    const claim = { essential: true, value: 'urn:mace:incommon:iap:silver' }
    expect(wanted({ claim }, names, all)).toEqual({ kind: 'unreachable' })
    expect(wanted({ claim: { essential: true, values: [two] } }, names, only1).kind).toBe(
      'unreachable',
    )
  })

  it('does not fail for a voluntary acr that is not offered (OIDC Core 5.5.1.1)', () => {
    expect(wanted({ claim: { values: [two] } }, names, only1)).toMatchObject({
      rank: 1,
      accepted: [],
    })
    expect(wanted({ claim: null }, names, only1)).toMatchObject({ rank: 1 })
  })

  it('keeps an essential claim essential when acr_values comes with it', () => {
    const both = { acrValues: one, claim: { essential: true, value: three } }
    expect(wanted(both, names, all)).toMatchObject({ rank: 3, essential: true, accepted: [3] })
  })

  it.each([
    'urn:panjereh:acr:0',
    'urn:panjereh:acr:10',
    'urn:panjereh:acr:1x',
    'acr:1',
    '',
    '__proto__',
  ])('takes %p for no level of ours', (name) => expect(names.rankOf(name)).toBeUndefined())
})

describe('what a session may claim', () => {
  const lifetimes = { 1: 1000, 2: 100, 3: 10, 4: 0 }
  const proof = (rank: number, provedAt: number) => ({ rank, provedAt, amr: [`m${rank}`] })

  it('falls to the next lower fresh level when a higher one has aged', () => {
    const held = standing([proof(1, 0), proof(2, 0), proof(3, 0)], lifetimes, 50)
    expect(held.rank).toBe(2)
    expect(asserted(held, [])).toMatchObject({ rank: 2, amr: ['m1', 'm2'] })
  })

  it('names an accepted level, not the higher one that is held', () => {
    const held = standing([proof(1, 0), proof(3, 5)], lifetimes, 6)
    expect(asserted(held, [2])).toMatchObject({ rank: 2, authTime: 5 })
  })

  it('gives a one-shot level only to the request that it was proved in', () => {
    expect(standing([proof(4, 7)], lifetimes, 7).rank).toBe(0)
    expect(standing([proof(4, 7)], lifetimes, 7, [proof(4, 7)]).rank).toBe(4)
  })

  it('measures max_age by the level that is asked for', () => {
    const held = standing([proof(2, 0), proof(1, 60)], lifetimes, 61)
    expect(isWithinMaxAge(held, 1, 5, 61)).toBe(true)
    expect(isWithinMaxAge(held, 2, 5, 61)).toBe(false)
  })

  it('freezes the times of a token by its auth_time', () => {
    const proofs = [proof(1, 10), proof(2, 20), proof(1, 30)]
    expect([...levelTimes(proofs, 2, 20)]).toEqual([
      [1, 10],
      [2, 20],
    ])
  })

  it('never asserts a level that is not held, nor one outside what is accepted', () => {
    const proofs = fc.array(
      fc.record({
        rank: fc.integer({ min: 1, max: 4 }),
        provedAt: fc.nat(200),
        amr: fc.constant(['x']),
      }),
    )
    fc.assert(
      fc.property(proofs, fc.subarray([1, 2, 3, 4]), fc.nat(300), (made, accepted, now) => {
        const held = standing(made, lifetimes, now)
        const said = asserted(held, accepted)
        if (said === undefined) return true
        const isProved = held.fresh.some((one) => one.rank >= said.rank)
        return isProved && (accepted.length === 0 || accepted.includes(said.rank))
      }),
    )
  })
})
