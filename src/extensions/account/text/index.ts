import type { Locale } from '../../../identity/locale.ts'
import { en } from './en.ts'
import { fa, type AccountText } from './fa.ts'

const TEXTS: Readonly<Record<Locale, AccountText>> = { fa, en }

export const accountText = (locale: Locale): AccountText => TEXTS[locale]
