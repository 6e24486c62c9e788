import { parsePhoneNumberFromString } from 'libphonenumber-js/mobile'
import { latinDigits, withoutBidiMarks } from './digits.ts'

export type MobileNumber =
  | { readonly kind: 'iranian' | 'foreign'; /** E.164 */ readonly value: string }
  | { readonly kind: 'invalid' }

const LONGEST = 40

/** Reads a mobile number as people type it: 0912…, 912…, +98…, 0098…, 98…, with Persian or Arabic digits,
 *  spaces, dashes and direction marks. The prefix does not tell the operator (numbers are portable). */
export function parseMobile(typed: string): MobileNumber {
  if (typed.length > LONGEST) return { kind: 'invalid' }
  const bare = latinDigits(withoutBidiMarks(typed)).replace(/[\s\-().\u200c\u00a0]/g, '')
  if (!/^\+?\d{8,15}$/.test(bare)) return { kind: 'invalid' }
  const parsed = parsePhoneNumberFromString(international(bare), 'IR')
  if (!parsed?.isValid()) return { kind: 'invalid' }
  return { kind: parsed.country === 'IR' ? 'iranian' : 'foreign', value: parsed.number }
}

function international(digits: string): string {
  if (digits.startsWith('00')) return `+${digits.slice(2)}`
  if (/^98\d{10}$/.test(digits)) return `+${digits}`
  return digits
}

/** The last four digits: enough to know one's own number by, too little to learn it. */
export function maskMobile(e164: string): string {
  return e164.slice(-4)
}
