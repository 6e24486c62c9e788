import { bareText, isOneDigit } from './typed.ts'

/** The unique code of a foreign national (کد فراگیر), 12 digits. No checksum of it is public: the registry
 *  decides. */
export function parseForeignId(typed: string): string | undefined {
  const bare = bareText(typed)
  return /^\d{12}$/.test(bare) && !isOneDigit(bare) ? bare : undefined
}
