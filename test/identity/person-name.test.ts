import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { sameName, shownName } from '../../src/identity/person-name.ts'

const letters = fc.constantFrom(
  ...Array.from(
    'ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیيكىةۀأإآؤئء abcÉ\u200c\u200e\u200f\u202e\u2066\u2069\ufeff\u0640\u064e\u0651\n\u0000',
  ),
)
const text = fc.array(letters, { maxLength: 40 }).map((all) => all.join(''))

describe('a name that is shown', () => {
  it('has Persian letters, its half-spaces, and nothing that turns it around', () => {
    expect(shownName(' علي\u202e  كريـمي ')).toBe('علی کریمی')
    expect(shownName('نمونه\u200cزاده')).toBe('نمونه\u200cزاده')
    expect(shownName('a'.repeat(10_000))).toHaveLength(100)
  })

  it('never holds a mark of direction or a control character, whatever came', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), (name) => {
        expect(shownName(name)).not.toMatch(
          /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]|\p{Cc}/u,
        )
        expect(shownName(shownName(name))).toBe(shownName(name))
      }),
    )
  })
})

describe('two names', () => {
  it.each([
    ['علي', 'علی'],
    ['فاطمة', 'فاطمه'],
    ['نمونه زاده', 'نمونه\u200cزاده'],
    ['رئيسي', 'رییسی'],
    ['مُحَمَّد', 'محمد'],
    ['آرش', 'ارش'],
  ])('%s and %s are one', (one, other) => expect(sameName(one, other)).toBe(true))

  it.each([
    ['علی', 'علا'],
    ['سارا', 'زهرا'],
    ['', 'علی'],
  ])('%s and %s are two', (one, other) => expect(sameName(one, other)).toBe(false))

  it('are one with themselves, and whichever comes first', () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        expect(sameName(one, one)).toBe(true)
        expect(sameName(one, other)).toBe(sameName(other, one))
        expect(sameName(shownName(one), one)).toBe(true)
      }),
    )
  })
})
