import { latinDigits, withoutBidiMarks } from './digits.ts'

const LONGEST = 64

/** What was typed into a field for a number or a code: Latin digits, and nothing between them that people put
 *  there to read by. Empty when it is too long to be one. */
export function bareText(typed: string): string {
  if (typed.length > LONGEST) return ''
  return latinDigits(withoutBidiMarks(typed)).replace(/[\s\-.\u200c\u00a0\u2013\u2014_]/g, '')
}

/** The same digit all over: a slip of the finger that passes most checksums. */
export function isOneDigit(digits: string): boolean {
  return new Set(digits).size === 1
}
