import { bareText, isOneDigit } from './typed.ts'

/** Ten digits, one place. */
export function parsePostCode(typed: string): string | undefined {
  const bare = bareText(typed)
  return /^\d{10}$/.test(bare) && !isOneDigit(bare) ? bare : undefined
}

/** As post codes are commonly described; unchecked, so it is a warning and never a refusal. */
export function isUsualPostCode(value: string): boolean {
  return /^(?!(\d)\1{3})[13-9]{4}[1346-9][013-9]{5}$/.test(value)
}
