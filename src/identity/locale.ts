export const LOCALES = ['fa', 'en'] as const
export type Locale = (typeof LOCALES)[number]

/** The first language of a space-separated list of BCP 47 tags that we speak (OIDC Core 3.1.2.1, ui_locales). */
export function pickLocale(tags: string | undefined): Locale | undefined {
  const wanted = (tags ?? '').toLowerCase().split(/[\s,]+/)
  return wanted
    .map((tag) => LOCALES.find((locale) => tag === locale || tag.startsWith(`${locale}-`)))
    .find((locale) => locale !== undefined)
}
