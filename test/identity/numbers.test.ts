import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { parseForeignId } from '../../src/identity/foreign-id.ts'
import { isLegalId, parseLegalId } from '../../src/identity/legal-id.ts'
import { isNationalId, parseNationalId } from '../../src/identity/national-id.ts'
import { isUsualPostCode, parsePostCode } from '../../src/identity/post-code.ts'
import {
  COUNTRIES,
  countryName,
  parseCountry,
  parsePassportNumber,
  parseRefugeeCardNumber,
} from '../../src/identity/travel-document.ts'

const digits = (length: number) =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length })
    .map((all) => all.join(''))
const persian = (text: string) =>
  text.replace(/\d/g, (digit) => String.fromCharCode(0x06f0 + Number(digit)))
/** One digit of a text becomes another one. */
const slip = fc.record({ at: fc.nat(), by: fc.integer({ min: 1, max: 9 }) })
function slipped(text: string, { at, by }: { at: number; by: number }): string {
  const place = at % text.length
  const other = (Number(text[place]) + by) % 10
  return `${text.slice(0, place)}${other}${text.slice(place + 1)}`
}
/** All of one length with a right check digit: found by trying the ten. */
const checked = (length: number, isRight: (value: string) => boolean) =>
  digits(length - 1)
    .map((body) => Array.from({ length: 10 }, (_, last) => `${body}${last}`).find(isRight))
    .filter((value) => value !== undefined)

describe('a national ID', () => {
  it.each(['0076229645', '9990000018', '9990000026', '0123456789', '1234567891'])(
    '%s is one',
    (id) => {
      expect(parseNationalId(id)).toBe(id)
    },
  )

  it.each(['0000000000', '1111111111', '9990000019', '12345', '99900000180', '', 'abcdefghij'])(
    '%s is none',
    (id) => expect(parseNationalId(id)).toBeUndefined(),
  )

  it('gets its leading zeros back, and is read from what people paste', () => {
    expect(parseNationalId('76229645')).toBe('0076229645')
    expect(parseNationalId('11537027')).toBe('0011537027')
    expect(parseNationalId('\u200f۹۹۹-۰۰۰۰۰ ۱۸')).toBe('9990000018')
    expect(parseNationalId('٩٩٩٠٠٠٠٠١٨')).toBe('9990000018')
    expect(parseNationalId('9'.repeat(10_000))).toBeUndefined()
  })

  it('shows every slip of one digit, but for those between the two rests that are written 1', () => {
    const others = checked(10, isNationalId).filter((id) => !id.endsWith('1'))
    fc.assert(fc.property(others, slip, (id, by) => !isNationalId(slipped(id, by))))
  })

  it('is the same however it is typed', () => {
    fc.assert(
      fc.property(checked(10, isNationalId), (id) => {
        expect(parseNationalId(persian(id))).toBe(id)
        expect(parseNationalId(` ${id.slice(0, 3)}-${id.slice(3, 9)}-${id.slice(9)} `)).toBe(id)
      }),
    )
  })
})

describe("a legal person's ID", () => {
  it('has eleven digits and a check digit', () => {
    expect(parseLegalId('10380284790')).toBe('10380284790')
    expect(parseLegalId('۱۴۰۰۰۰۰۰۱۲۰')).toBe('14000000120')
    for (const wrong of ['10380284791', '103802847901', '1038028479', '10300000000']) {
      expect(parseLegalId(wrong)).toBeUndefined()
    }
  })

  it('shows every slip of the last digit', () => {
    fc.assert(
      fc.property(checked(11, isLegalId), fc.integer({ min: 1, max: 9 }), (id, by) => {
        return !isLegalId(`${id.slice(0, 10)}${(Number(id[10]) + by) % 10}`)
      }),
    )
  })
})

describe('documents of foreign nationals', () => {
  it('are read as people type them', () => {
    expect(parseForeignId('۹۹۹۰۰۰۰۰۰۰۱۱')).toBe('999000000011')
    expect(parsePassportNumber(' c01x00t47')).toBe('C01X00T47')
    expect(parseRefugeeCardNumber('am-123 4567')).toBe('AM1234567')
  })

  it.each(['', '1234', 'ABCDEF', 'A'.repeat(10), 'کخ۱۲۳۴۵۶'])(
    '%s is no passport number',
    (typed) => {
      expect(parsePassportNumber(typed)).toBeUndefined()
    },
  )

  it.each(['99900000001', '9990000000111', '111111111111', 'x'])(
    '%s is no unique code',
    (typed) => {
      expect(parseForeignId(typed)).toBeUndefined()
    },
  )

  it('know every country by its ISO 3166-1 code and its name', () => {
    expect(new Set(COUNTRIES).size).toBe(COUNTRIES.length)
    expect(COUNTRIES.length).toBeGreaterThan(195)
    expect(countryName('AFG', 'fa')).toBe('افغانستان')
    expect(countryName('DEU', 'en')).toBe('Germany')
    expect(countryName('XXB', 'en')).toBe('Refugee')
    for (const code of COUNTRIES) {
      expect(parseCountry(code.toLowerCase())).toBe(code)
      for (const locale of ['fa', 'en'] as const) {
        expect(countryName(code, locale)).not.toMatch(/^[A-Z]{2,3}$/)
      }
    }
    expect(parseCountry('ZZZ')).toBeUndefined()
    expect(countryName('__proto__', 'en')).toBe('__proto__')
  })
})

describe('a post code', () => {
  it('is ten digits, and what is unusual is only unusual', () => {
    expect(parsePostCode('۱۱۳۶۹-۱۵۹۱۳')).toBe('1136915913')
    expect(parsePostCode('1111111111')).toBeUndefined()
    expect(isUsualPostCode('1136915913')).toBe(true)
    expect(parsePostCode('2036915913')).toBe('2036915913')
    expect(isUsualPostCode('2036915913')).toBe(false)
  })
})
