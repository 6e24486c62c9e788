import type { Locale } from '../../src/identity/locale.ts'

export interface SmsTextParts {
  readonly code: string
  readonly host: string
}

/** The code comes early, no link, and the last line binds it to our origin, so that browsers fill it in
 *  there and nowhere else (WICG, Origin-bound one-time codes). Persian text is UCS-2, 70 characters a
 *  message: hosts of up to 30 fit into one. How long the code is good stands on the page. */
const TEXTS: Readonly<Record<Locale, (parts: SmsTextParts) => string>> = {
  fa: ({ code, host }) => `کد پنجره: ${code}\nبه کسی ندهید.\n@${host} #${code}`,
  en: ({ code, host }) => `Panjereh code: ${code}\nTell nobody.\n@${host} #${code}`,
}

export function smsText(locale: Locale, parts: SmsTextParts): string {
  return TEXTS[locale](parts)
}
