import { bareText, isOneDigit } from './typed.ts'

/** A personal national ID (کد ملی), 10 digits: the first three name a place, the last one checks the others.
 *  The checksum finds typing errors and proves nothing; whether there is such a person the registry knows. */
export function isNationalId(value: string): boolean {
  if (!/^\d{10}$/.test(value) || isOneDigit(value)) return false
  const digits = Array.from(value, Number)
  const sum = digits.slice(0, 9).reduce((total, digit, at) => total + digit * (10 - at), 0)
  const rest = sum % 11
  return digits[9] === (rest < 2 ? rest : 11 - rest)
}

/** A text of ten digits: leading zeros are part of it, and are put back where somebody left them out. */
export function parseNationalId(typed: string): string | undefined {
  const bare = bareText(typed)
  if (!/^\d{8,10}$/.test(bare)) return undefined
  const value = bare.padStart(10, '0')
  return isNationalId(value) ? value : undefined
}
