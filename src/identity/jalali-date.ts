import { isValidJalaaliDate, toGregorian, toJalaali } from 'jalaali-js'
import type { Locale } from './locale.ts'
import { latinDigits, persianDigits, withoutBidiMarks } from './digits.ts'

/** ISO 8601, Gregorian: YYYY-MM-DD. */
export type IsoDate = string

interface Parts {
  readonly year: number
  readonly month: number
  readonly day: number
}

/** Solar Hijri years in which somebody may have been born. */
const JALALI_YEARS = [1300, 1500] as const
const GREGORIAN_YEARS = [1850, 2150] as const
const LONGEST = 32

/** Reads year, month and day in this order: by separators, or as eight digits. Nothing is guessed: a month of
 *  13 or a 30th of Esfand in a common year is no date. */
function parts(typed: string): Parts | undefined {
  if (typed.length > LONGEST) return undefined
  const text = latinDigits(withoutBidiMarks(typed)).trim()
  const found =
    /^(\d{4})\s*[/\-.\s]\s*(\d{1,2})\s*[/\-.\s]\s*(\d{1,2})$/.exec(text) ??
    /^(\d{4})(\d{2})(\d{2})$/.exec(text)
  if (found === null) return undefined
  return { year: Number(found[1]), month: Number(found[2]), day: Number(found[3]) }
}

export function parseJalaliDate(typed: string): IsoDate | undefined {
  const found = parts(typed)
  return found && isoOfJalali(found)
}

function isoOfJalali({ year, month, day }: Parts): IsoDate | undefined {
  if (year < JALALI_YEARS[0] || year > JALALI_YEARS[1]) return undefined
  if (!isValidJalaaliDate(year, month, day)) return undefined
  const { gy, gm, gd } = toGregorian(year, month, day)
  return iso({ year: gy, month: gm, day: gd })
}

export function parseGregorianDate(typed: string): IsoDate | undefined {
  const found = parts(typed)
  return found && isoOfGregorian(found)
}

function isoOfGregorian({ year, month, day }: Parts): IsoDate | undefined {
  if (year < GREGORIAN_YEARS[0] || year > GREGORIAN_YEARS[1]) return undefined
  const date = new Date(Date.UTC(year, month - 1, day))
  const isReal = date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return isReal ? iso({ year, month, day }) : undefined
}

export function jalaliOf(date: IsoDate): Parts {
  const { year, month, day } = partsOf(date)
  const { jy, jm, jd } = toJalaali(year, month, day)
  return { year: jy, month: jm, day: jd }
}

/** For people: «۱ فروردین ۱۳۷۰» in Persian, “21 March 1991” in English. */
export function jalaliText(date: IsoDate, locale: Locale): string {
  const { year, month, day } = partsOf(date)
  const at = Date.UTC(year, month - 1, day)
  const calendar = locale === 'fa' ? 'fa-IR-u-ca-persian-nu-latn' : 'en-GB'
  const named = new Intl.DateTimeFormat(calendar, { month: 'long', timeZone: 'UTC' }).format(at)
  const shown = locale === 'fa' ? jalaliOf(date) : { year, day }
  const text = `${shown.day} ${named} ${shown.year}`
  return locale === 'fa' ? persianDigits(text) : text
}

/** `13700101`, as Iranian registries write it. */
export function compactJalali(date: IsoDate): string {
  return iso(jalaliOf(date)).replaceAll('-', '')
}

export function compactGregorian(date: IsoDate): string {
  return date.replaceAll('-', '')
}

export function fromCompactJalali(text: string): IsoDate | undefined {
  return /^\d{8}$/.test(text) ? parseJalaliDate(text) : undefined
}

export function fromCompactGregorian(text: string): IsoDate | undefined {
  return /^\d{8}$/.test(text) ? parseGregorianDate(text) : undefined
}

/** Whole years. Who was born on a 29th of February turns a year older on a 1st of March. */
export function ageOn(birthDate: IsoDate, on: IsoDate): number {
  const years = Number(on.slice(0, 4)) - Number(birthDate.slice(0, 4))
  return on.slice(5) < birthDate.slice(5) ? years - 1 : years
}

const TEHRAN = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Tehran' })
const TEHRAN_HOUR = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Asia/Tehran',
  hour: '2-digit',
  minute: '2-digit',
})

/** The day that it is in Tehran. `at`: milliseconds since the epoch. */
export function tehranDate(at: number): IsoDate {
  return TEHRAN.format(at)
}

/** For people in Tehran: the hour, and the day when it is not the day of `now`. Milliseconds since the epoch. */
export function tehranTimeText(at: number, now: number, locale: Locale): string {
  const hour = TEHRAN_HOUR.format(at)
  const day = tehranDate(at)
  return day === tehranDate(now) ? hour : `${hour} – ${jalaliText(day, locale)}`
}

function partsOf(date: IsoDate): Parts {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number)
  return { year, month, day }
}

function iso({ year, month, day }: Parts): IsoDate {
  const [y, m, d] = [
    String(year).padStart(4, '0'),
    String(month).padStart(2, '0'),
    String(day).padStart(2, '0'),
  ]
  return `${y}-${m}-${d}`
}
