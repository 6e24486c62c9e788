import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { decide, isNobodysFault, type Found } from '../../../interactions/face/decision.ts'
import { IMAGE_PROBLEMS } from '../../../src/ports/encoded-image.ts'
import type { FaceComparison } from '../../../src/ports/face-matcher.ts'
import { LIVENESS_FAILURES } from '../../../src/ports/liveness-provider.ts'
import type { PresentationVerdict } from '../../../src/ports/presentation-attack-detector.ts'

const BUSY = fc.constant({ kind: 'busy' } as const)
const problem = fc.constantFrom(...IMAGE_PROBLEMS)
const score = fc.double({ min: -1, max: 1, noNaN: true })

const comparison: fc.Arbitrary<FaceComparison> = fc.oneof(
  fc.record({
    kind: fc.constant('compared' as const),
    decision: fc.constantFrom('same' as const, 'unsure' as const, 'different' as const),
    score,
  }),
  fc.record({
    kind: fc.constant('unusable' as const),
    which: fc.constantFrom('probe' as const, 'reference' as const),
    problem,
  }),
  BUSY,
)
const attack: fc.Arbitrary<PresentationVerdict> = fc.oneof(
  fc.record({
    kind: fc.constant('judged' as const),
    decision: fc.constantFrom('bona_fide' as const, 'attack' as const),
    score,
  }),
  fc.record({ kind: fc.constant('unusable' as const), problem }),
  BUSY,
)
const live = { kind: 'live', facts: {} } as const
const failed = fc.record({
  liveness: fc.record({
    kind: fc.constant('failed' as const),
    reason: fc.constantFrom(...LIVENESS_FAILURES),
    facts: fc.constant({}),
  }),
})
const seen = fc.record({
  liveness: fc.constant(live),
  attack,
  card: comparison,
  registry: fc.option(comparison, { nil: undefined }),
})
const found: fc.Arbitrary<Found> = fc.oneof(failed, seen)

const says = (one: FaceComparison | undefined, decision: string) =>
  one?.kind === 'compared' && one.decision === decision

/** Level 3's rule once more, written the other way round: what a yes takes. */
function isYes(one: Found): boolean {
  if (!('card' in one)) return false
  const { attack: alive, card, registry } = one
  const isAlive = alive.kind === 'judged' && alive.decision === 'bona_fide'
  const isSure = says(card, 'same') || (says(card, 'unsure') && says(registry, 'same'))
  return isAlive && isSure && !says(registry, 'different') && registry?.kind !== 'busy'
}

describe('the decision of level 3', () => {
  it('is a yes exactly for somebody alive who is the one of the card, beyond doubt', () => {
    fc.assert(
      fc.property(found, (one) => {
        expect(decide(one).kind === 'proved').toBe(isYes(one))
      }),
      { numRuns: 3000 },
    )
  })

  it('never becomes a yes by a worse finding', () => {
    const worse = [
      { attack: { kind: 'judged', decision: 'attack', score: 0 } },
      { card: { kind: 'compared', decision: 'different', score: 0 } },
      { registry: { kind: 'compared', decision: 'different', score: 0 } },
      { attack: { kind: 'busy' } },
      { card: { kind: 'busy' } },
    ] as const
    fc.assert(
      fc.property(seen, fc.constantFrom(...worse), (one, change) => {
        expect(decide({ ...one, ...change }).kind).not.toBe('proved')
      }),
    )
  })

  it('refuses only whom a portrait says to be somebody else, and nobody else', () => {
    fc.assert(
      fc.property(found, (one) => {
        const isRefused = decide(one).kind === 'refused'
        const isOther =
          'card' in one && [one.card, one.registry].some((by) => says(by, 'different'))
        if (isRefused) expect(isOther).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  it('says of every stream that failed why, in its own word', () => {
    for (const reason of LIVENESS_FAILURES) {
      expect(decide({ liveness: { kind: 'failed', reason, facts: {} } })).toEqual({
        kind: 'again',
        reasons: [reason],
        stage: 'liveness',
      })
    }
  })

  it('counts no try that was nobody’s fault, and every other one', () => {
    const good = { kind: 'compared', decision: 'same', score: 0.8 } as const
    const alive = { kind: 'judged', decision: 'bona_fide', score: 1 } as const
    const busy = decide({ liveness: live, attack: alive, card: { kind: 'busy' } })
    expect(isNobodysFault(busy)).toBe(true)
    for (const one of [
      decide({ liveness: live, attack: { ...alive, decision: 'attack' }, card: good }),
      decide({ liveness: live, attack: alive, card: { ...good, decision: 'unsure' } }),
      decide({ liveness: live, attack: alive, card: { ...good, decision: 'different' } }),
    ]) {
      expect(isNobodysFault(one)).toBe(false)
    }
  })

  it('asks for the card again when its portrait is of no use', () => {
    const alive = { kind: 'judged', decision: 'bona_fide', score: 1 } as const
    const poor = { kind: 'unusable', which: 'reference', problem: 'blurred' } as const
    expect(decide({ liveness: live, attack: alive, card: poor })).toEqual({
      kind: 'again',
      reasons: ['portrait_poor'],
      stage: 'card',
    })
  })
})
