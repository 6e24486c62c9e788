import fc from 'fast-check'
import { describe, expect, it } from '@jest/globals'
import { maskMobile, parseMobile } from '../../src/identity/mobile-number.ts'

const DIGITS = { latin: '0123456789', persian: '۰۱۲۳۴۵۶۷۸۹', arabic: '٠١٢٣٤٥٦٧٨٩' }
const scripts = fc.constantFrom(...Object.values(DIGITS))
const written = (digits: string, script: string) =>
  digits.replace(/\d/g, (digit) => script[Number(digit)] ?? digit)

/** Prefixes of the three networks. */
const operator = fc.constantFrom(
  '910',
  '912',
  '919',
  '990',
  '901',
  '903',
  '935',
  '939',
  '920',
  '922',
)
const tail = fc.stringMatching(/^\d{7}$/)
const prefix = fc.constantFrom('0', '', '+98', '0098', '98')
const gaps = fc.array(fc.constantFrom('', ' ', '-', '.', '\u00a0', '\u200c', '\u200e', '\u202a'), {
  minLength: 14,
  maxLength: 14,
})

/** The digits of `text` with a gap before each. */
function gapped(text: string, marks: readonly string[]): string {
  return Array.from(text, (char, i) => (marks[i] ?? '') + char).join('')
}

describe('a mobile number', () => {
  it('is one number in every form in which Iranians write it', () => {
    fc.assert(
      fc.property(operator, tail, prefix, scripts, gaps, (op, rest, before, script, marks) => {
        const typed = gapped(written(`${before}${op}${rest}`, script), marks)
        expect(parseMobile(typed)).toEqual({ kind: 'iranian', value: `+98${op}${rest}` })
      }),
    )
  })

  it('is E.164 and itself again when it is read again', () => {
    fc.assert(
      fc.property(operator, tail, prefix, (op, rest, before) => {
        const once = parseMobile(`${before}${op}${rest}`)
        if (once.kind === 'invalid') throw new Error('invalid')
        expect(once.value).toMatch(/^\+989\d{9}$/)
        expect(parseMobile(once.value)).toEqual(once)
      }),
    )
  })

  it('is never a surprise: any text is a number or invalid', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
      fc.stringMatching(/^[+0-9۰-۹ ()\-.]{0,45}$/),
    )
    fc.assert(
      fc.property(text, (typed) => {
        const read = parseMobile(typed)
        if (read.kind === 'invalid') return
        expect(read.value).toMatch(/^\+[1-9]\d{7,14}$/)
        expect(parseMobile(read.value)).toEqual(read)
      }),
      { numRuns: 1000 },
    )
  })

  it('is not shorter, longer or a line at home', () => {
    fc.assert(
      fc.property(operator, fc.stringMatching(/^\d{0,6}$/), (op, rest) => {
        expect(parseMobile(`0${op}${rest}`)).toEqual({ kind: 'invalid' })
      }),
    )
    fc.assert(
      fc.property(operator, tail, fc.stringMatching(/^\d{1,3}$/), (op, rest, more) => {
        expect(parseMobile(`0${op}${rest}${more}`)).toEqual({ kind: 'invalid' })
      }),
    )
    expect(parseMobile('02188776655')).toEqual({ kind: 'invalid' })
  })

  it.each([
    ['+44 7400 123456', '+447400123456'],
    ['+93 70 123 4567', '+93701234567'],
    ['0049 1512 3456789', '+4915123456789'],
  ])('of elsewhere is foreign: %s', (typed, value) => {
    expect(parseMobile(typed)).toEqual({ kind: 'foreign', value })
  })

  it('shows its last four digits alone', () => {
    fc.assert(
      fc.property(operator, tail, (op, rest) => {
        expect(maskMobile(`+98${op}${rest}`)).toBe(rest.slice(-4))
      }),
    )
  })
})
