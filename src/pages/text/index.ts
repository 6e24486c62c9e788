import type { Locale } from '../../identity/locale.ts'
import { en } from './en.ts'
import { fa, type Text } from './fa.ts'

const TEXTS: Readonly<Record<Locale, Text>> = { fa, en }

export function texts(locale: Locale): Text {
  return TEXTS[locale]
}

export type { Text } from './fa.ts'
