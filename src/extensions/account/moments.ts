import { persianDigits } from '../../identity/digits.ts'
import { jalaliText, tehranDate, tehranTimeText } from '../../identity/jalali-date.ts'
import type { Locale } from '../../identity/locale.ts'

/** Of milliseconds since the epoch: the day in Tehran. */
export const day = (at: number, locale: Locale) => jalaliText(tehranDate(at), locale)

/** Hour and day in Tehran. */
export function moment(at: number, locale: Locale): string {
  const text = tehranTimeText(at, 0, locale)
  return locale === 'fa' ? persianDigits(text) : text
}
