import { bareText } from './typed.ts'

const WEIGHTS = [29, 27, 23, 19, 17]

/** A legal person's national ID (شناسهٔ ملی), exactly 11 digits with a check digit. */
export function isLegalId(value: string): boolean {
  if (!/^\d{11}$/.test(value) || /^\d{3}0{6}/.test(value)) return false
  const digits = Array.from(value, Number)
  const shift = (digits[9] ?? 0) + 2
  const sum = digits
    .slice(0, 10)
    .reduce((total, digit, at) => total + (shift + digit) * (WEIGHTS[at % 5] ?? 0), 0)
  return digits[10] === (sum % 11) % 10
}

export function parseLegalId(typed: string): string | undefined {
  const bare = bareText(typed)
  return isLegalId(bare) ? bare : undefined
}
