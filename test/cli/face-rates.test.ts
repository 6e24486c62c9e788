import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import {
  atFalseMatchRate,
  equalErrorRate,
  evenFolds,
  foldAccuracy,
  median,
  ratesAt,
  scoresOf,
  type Scored,
} from '../../src/cli/face-rates.ts'

const scored = (genuine: readonly number[], impostor: readonly number[]): Scored[] => [
  ...genuine.map((score) => ({ score, isGenuine: true })),
  ...impostor.map((score) => ({ score, isGenuine: false })),
]
const ten = Array.from({ length: 10 }, (_, i) => i / 10)

describe('rates of errors', () => {
  it('count what is at the threshold as a match', () => {
    const scores = scoresOf(scored([0.2, 0.5, 0.8, 0.9], [0.1, 0.5, 0.4, 0.2, 0.3]))
    expect(ratesAt(scores, 0.5)).toEqual({ threshold: 0.5, falseMatch: 0.2, falseNonMatch: 0.25 })
    expect(ratesAt(scores, -1)).toMatchObject({ falseMatch: 1, falseNonMatch: 0 })
    expect(ratesAt(scores, 2)).toMatchObject({ falseMatch: 0, falseNonMatch: 1 })
  })

  it('fall and rise with the threshold', () => {
    const some = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1 })
    fc.assert(
      fc.property(some, some, fc.double({ min: -1, max: 1, noNaN: true }), (one, other, at) => {
        const scores = scoresOf(scored(one, other))
        const [low, high] = [ratesAt(scores, at), ratesAt(scores, at + 0.1)]
        expect(high.falseMatch).toBeLessThanOrEqual(low.falseMatch)
        expect(high.falseNonMatch).toBeGreaterThanOrEqual(low.falseNonMatch)
        expect(equalErrorRate(scores).rate).toBeGreaterThanOrEqual(0)
        expect(equalErrorRate(scores).rate).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('are equal at 0 where the two are apart, and at one half where they are alike', () => {
    expect(equalErrorRate(scoresOf(scored([0.6, 0.7], [0.1, 0.2]))).rate).toBe(0)
    expect(equalErrorRate(scoresOf(scored(ten, ten))).rate).toBe(0.5)
    expect(
      equalErrorRate(scoresOf(scored([...ten, 2, 2, 2, 2, 2], [-1, ...ten]))).rate,
    ).toBeLessThan(0.5)
  })

  it('are told for a false match rate that the set is large enough for', () => {
    const impostor = Array.from({ length: 10_000 }, (_, i) => i / 10_000)
    const scores = scoresOf(scored([0.5, 0.9905, 1], impostor))
    const found = atFalseMatchRate(scores, 0.01)
    expect(found?.threshold).toBeCloseTo(0.99, 3)
    expect(found?.falseMatch).toBeLessThanOrEqual(0.01)
    expect(found?.falseNonMatch).toBeCloseTo(1 / 3)
    expect(atFalseMatchRate(scores, 1e-4)).toBeUndefined()
  })

  it('choose no threshold by the fold that it is used on', () => {
    // Each fold alone is told apart without an error, by a threshold that is wrong for all others.
    const folds = [0.1, 0.3, 0.5, 0.7].flatMap((base) => scored([base + 0.1], [base]))
    const { mean, folds: count } = foldAccuracy(folds, (i) => i >> 1)
    expect(count).toBe(4)
    expect(mean).toBeLessThan(1)
    const apart = scored(
      ten.map((score) => score + 2),
      ten,
    )
    expect(foldAccuracy(apart, evenFolds(apart, 10))).toEqual({ mean: 1, deviation: 0, folds: 10 })
  })

  it('put as many of each kind into every fold', () => {
    const all = scored(ten, ten)
    const foldOf = evenFolds(all, 5)
    for (let fold = 0; fold < 5; fold += 1) {
      const own = all.filter((_, i) => foldOf(i) === fold)
      expect(own.map(({ isGenuine }) => isGenuine)).toEqual([true, true, false, false])
    }
  })

  it('have a middle', () => {
    expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([7])]).toEqual([2, 2.5, 7])
  })
})
