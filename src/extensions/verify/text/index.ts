import type { Locale } from '../../../identity/locale.ts'
import { en } from './en.ts'
import { fa, type VerifyText } from './fa.ts'

const TEXTS: Readonly<Record<Locale, VerifyText>> = { fa, en }

export const verifyText = (locale: Locale): VerifyText => TEXTS[locale]

export type { VerifyText }
