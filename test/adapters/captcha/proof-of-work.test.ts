import fc from 'fast-check'
import { describe, expect, it } from '@jest/globals'
import { captcha } from '../../../adapters/captcha/index.ts'
import { leadingZeroBits, proofOfWork } from '../../../adapters/captcha/proof-of-work.ts'
import type { CaptchaPuzzle } from '../../../src/ports/captcha.ts'
import { persianDigits } from '../../../src/identity/digits.ts'
import { fakeClock, fakeRandom } from '../../support/fakes.ts'
import { solve } from '../../support/puzzle.ts'

function world(bits = 8) {
  const clock = fakeClock()
  return { clock, captcha: proofOfWork({ clock, random: fakeRandom }, { bits }) }
}
const sumOf = ({ question }: CaptchaPuzzle) => String(question.addends[0] + question.addends[1])

describe('the captcha by work', () => {
  it('is solved by work, at once', () => {
    const w = world()
    const puzzle = w.captcha.puzzle()
    expect(w.captcha.check(puzzle, { work: solve(puzzle.work) })).toBe('solved')
  })

  it('takes the work for its own puzzle alone', () => {
    const w = world(16)
    const [one, other] = [w.captcha.puzzle(), w.captcha.puzzle()]
    expect(one.work.salt).not.toBe(other.work.salt)
    w.clock.later(15_000)
    expect(w.captcha.check(other, { work: solve(one.work) })).toBe('wrong')
  })

  it('is solved without a script, in Persian digits too, by whoever waits', () => {
    const w = world()
    const puzzle = w.captcha.puzzle()
    expect(w.captcha.check(puzzle, { sum: sumOf(puzzle) })).toBe('early')
    w.clock.later(15_000)
    expect(w.captcha.check(puzzle, { sum: ` ${persianDigits(sumOf(puzzle))} ` })).toBe('solved')
    expect(w.captcha.check(puzzle, { sum: String(Number(sumOf(puzzle)) + 1) })).toBe('wrong')
  })

  it('ends', () => {
    const w = world()
    const puzzle = w.captcha.puzzle()
    w.clock.later(300_000)
    expect(w.captcha.check(puzzle, { work: solve(puzzle.work) })).toBe('expired')
    expect(w.captcha.check(puzzle, { sum: sumOf(puzzle) })).toBe('expired')
  })

  it('is not solved by any other text', () => {
    const w = world(20)
    const puzzle = w.captcha.puzzle()
    w.clock.later(15_000)
    const sum = sumOf(puzzle)
    fc.assert(
      fc.property(fc.string(), fc.string(), (work, given) => {
        fc.pre(given.trim() !== sum)
        expect(w.captcha.check(puzzle, { work, sum: given })).toBe('wrong')
      }),
    )
  })

  it('counts zero bits as they stand', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 32 }), (bytes) => {
        const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
        expect(leadingZeroBits(bytes)).toBe(/^0*/.exec(bits)?.[0].length)
      }),
    )
  })

  it('is off unless it is asked for', () => {
    const needs = { clock: fakeClock(), random: fakeRandom }
    expect(captcha(needs, { kind: 'off', bits: 15 })).toBeUndefined()
    expect(captcha(needs, { kind: 'proof-of-work', bits: 15 })).toBeDefined()
  })
})
