import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import {
  ageOn,
  compactGregorian,
  compactJalali,
  fromCompactGregorian,
  fromCompactJalali,
  jalaliOf,
  jalaliText,
  parseGregorianDate,
  parseJalaliDate,
  tehranDate,
  tehranTimeText,
} from '../../src/identity/jalali-date.ts'

const ICU = new Intl.DateTimeFormat('en-u-ca-persian-nu-latn', {
  timeZone: 'UTC',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
})
function byIcu(at: number) {
  const parts = Object.fromEntries(ICU.formatToParts(at).map(({ type, value }) => [type, value]))
  return {
    year: parseInt(parts['year'] ?? '', 10),
    month: Number(parts['month']),
    day: Number(parts['day']),
  }
}
const DAY = 86_400_000

describe('a solar Hijri date', () => {
  it('is what ICU says, on every day from 1300 to 1500', () => {
    const wrong: string[] = []
    const [first, last] = [Date.UTC(1921, 2, 21), Date.UTC(2122, 2, 19)]
    for (let at = first; at <= last; at += DAY) {
      const iso = new Date(at).toISOString().slice(0, 10)
      const { year, month, day } = byIcu(at)
      const mine = jalaliOf(iso)
      const isSame = mine.year === year && mine.month === month && mine.day === day
      if (!isSame || parseJalaliDate(`${year}/${month}/${day}`) !== iso) wrong.push(iso)
    }
    expect(wrong).toEqual([])
  })

  it('knows the leap years', () => {
    const leap = Array.from({ length: 54 }, (_, at) => 1383 + at).filter(
      (year) => parseJalaliDate(`${year}/12/30`) !== undefined,
    )
    expect(leap).toEqual([
      1383, 1387, 1391, 1395, 1399, 1403, 1408, 1412, 1416, 1420, 1424, 1428, 1432, 1436,
    ])
  })

  it.each([
    ['1370/1/1', '1991-03-21'],
    ['۱۳۷۰/۰۱/۰۱', '1991-03-21'],
    ['1370-01-01', '1991-03-21'],
    ['1370 1 1', '1991-03-21'],
    ['13700101', '1991-03-21'],
    ['1399/12/30', '2021-03-20'],
  ])('%s is %s', (typed, iso) => expect(parseJalaliDate(typed)).toBe(iso))

  it.each([
    '1370/13/01',
    '1371/12/30',
    '1370/7/31',
    '1370/0/1',
    '1370/1/0',
    '1299/1/1',
    '1501/1/1',
    '70/1/1',
    '1/1/1370',
    '137011',
    '',
    '1370/1/1/1',
    'x',
  ])('%s is none', (typed) => expect(parseJalaliDate(typed)).toBeUndefined())

  it('goes there and back again', () => {
    const days = fc.integer({ min: 0, max: 70_000 })
    fc.assert(
      fc.property(days, (n) => {
        const iso = new Date(Date.UTC(1921, 2, 21) + n * DAY).toISOString().slice(0, 10)
        expect(fromCompactJalali(compactJalali(iso))).toBe(iso)
        expect(fromCompactGregorian(compactGregorian(iso))).toBe(iso)
        expect(parseGregorianDate(iso)).toBe(iso)
      }),
    )
  })

  it('is written for people', () => {
    expect(jalaliText('1991-03-21', 'fa')).toBe('۱ فروردین ۱۳۷۰')
    expect(jalaliText('1991-03-21', 'en')).toBe('21 March 1991')
  })
})

describe('a Gregorian date', () => {
  it.each(['2023-02-29', '1849-01-01', '2151-01-01', '2000-13-01', '2000-00-10', '15/01/1990'])(
    '%s is none',
    (typed) => expect(parseGregorianDate(typed)).toBeUndefined(),
  )
})

describe('an age', () => {
  it.each([
    ['2000-05-10', '2018-05-09', 17],
    ['2000-05-10', '2018-05-10', 18],
    ['2000-02-29', '2018-02-28', 17],
    ['2000-02-29', '2018-03-01', 18],
  ])('of one born on %s is, on %s, %i', (born, on, age) => expect(ageOn(born, on)).toBe(age))

  it('turns with the day in Tehran', () => {
    expect(tehranDate(Date.parse('2025-03-20T20:29:00Z'))).toBe('2025-03-20')
    expect(tehranDate(Date.parse('2025-03-20T20:31:00Z'))).toBe('2025-03-21')
  })

  it('is written as an hour, with the day when that is another one', () => {
    const now = Date.parse('2025-03-20T10:00:00Z')
    const later = now + 12 * 3_600_000
    expect(tehranTimeText(now, now, 'fa')).toBe('13:30')
    expect(tehranTimeText(later, now, 'fa')).toBe('01:30 – ۱ فروردین ۱۴۰۴')
    expect(tehranTimeText(later, now, 'en')).toBe('01:30 – 21 March 2025')
  })
})
