import fc from 'fast-check'
import { describe, expect, it } from '@jest/globals'
import { latinDigits, persianDigits, withoutBidiMarks } from '../../src/identity/digits.ts'

const text = fc.string({ unit: 'binary' })
const MARKS = '\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff'

describe('digits', () => {
  it('are Latin after folding, and everything else is as it was', () => {
    fc.assert(
      fc.property(text, (some) => {
        const folded = latinDigits(some)
        expect(folded).not.toMatch(/[۰-۹٠-٩]/)
        expect(folded).toHaveLength(some.length)
        expect(latinDigits(folded)).toBe(folded)
        expect(folded.replace(/\d/g, '')).toBe(some.replace(/[\d۰-۹٠-٩]/g, ''))
      }),
    )
  })

  it('keep their value from script to script', () => {
    fc.assert(
      fc.property(fc.nat(), (value) => {
        const latin = String(value)
        expect(latinDigits(persianDigits(latin))).toBe(latin)
        const arabic = latin.replace(/\d/g, (digit) => '٠١٢٣٤٥٦٧٨٩'[Number(digit)] ?? digit)
        expect(Number(latinDigits(arabic))).toBe(value)
        expect(persianDigits(latin)).toMatch(/^[۰-۹]+$/)
      }),
    )
  })

  it('lose the marks of direction and nothing else', () => {
    const mark = fc.constantFrom(...Array.from(MARKS))
    fc.assert(
      fc.property(fc.array(fc.oneof(mark, fc.string({ maxLength: 3 }))), (parts) => {
        const clean = parts.filter((part) => !(part.length === 1 && MARKS.includes(part)))
        expect(withoutBidiMarks(parts.join(''))).toBe(clean.join(''))
      }),
    )
  })
})
