import { isLegalId } from './legal-id.ts'
import { bareText } from './typed.ts'

/** ETSI EN 319 412-1 section 5.1.4: three letters of what kind of number it is (or two and a colon for a national
 *  scheme), the country, a hyphen and the number. */
const WHOLE = /^(?:[A-Z]{3}|[A-Z]{2}:)[A-Z]{2}-[A-Za-z0-9./-]{1,50}$/

/** An organisation as certificates name it: a national ID of eleven digits becomes `NTRIR-…`, and what has a kind
 *  already stays. Undefined: neither of both. */
export function organizationIdentifier(typed: string): string | undefined {
  const whole = typed.trim()
  if (WHOLE.test(whole)) {
    const number = /^NTRIR-(.*)$/.exec(whole)?.[1]
    return number === undefined || isLegalId(number) ? whole : undefined
  }
  const bare = bareText(typed)
  return isLegalId(bare) ? `NTRIR-${bare}` : undefined
}
