import { persianDigits } from '../../src/identity/digits.ts'
import type { Locale } from '../../src/identity/locale.ts'

export interface SmsTextParts {
  readonly code: string
  readonly minutes: number
  readonly host: string
}

/** The code comes early, no link, and the last line binds it to our origin, so that browsers fill it in
 *  there and nowhere else (WICG, Origin-bound one-time codes). Persian text is UCS-2: 70 a message. */
const TEXTS: Readonly<Record<Locale, (parts: SmsTextParts) => string>> = {
  fa: ({ code, minutes, host }) =>
    `کد ورود پنجره: ${code}\nتا ${persianDigits(String(minutes))} دقیقه. به کسی ندهید.\n@${host} #${code}`,
  en: ({ code, minutes, host }) =>
    `Panjereh code: ${code}\nValid for ${minutes} min. Tell nobody.\n@${host} #${code}`,
}

export function smsText(locale: Locale, parts: SmsTextParts): string {
  return TEXTS[locale](parts)
}
