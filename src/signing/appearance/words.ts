import type { Drawing } from './appearance.ts'

interface Words {
  readonly title: string
  reason(text: string): string
  date(at: number): string
  hash(digits: string): string
}

const TEHRAN = { timeZone: 'Asia/Tehran' } as const

const FA_DATE = new Intl.DateTimeFormat('fa-IR-u-ca-persian', { dateStyle: 'long', ...TEHRAN })
const FA_TIME = new Intl.DateTimeFormat('fa-IR', { timeStyle: 'short', ...TEHRAN })
const EN_DATE = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'long',
  timeStyle: 'short',
  ...TEHRAN,
})

const WORDS: Readonly<Record<'fa' | 'en', Words>> = {
  fa: {
    title: 'امضای دیجیتال',
    reason: (text) => `بابت: ${text}`,
    date: (at) => `${FA_DATE.format(at)}، ساعت ${FA_TIME.format(at)}`,
    hash: (digits) => `اثر سند: ${digits}`,
  },
  en: {
    title: 'Digitally signed by',
    reason: (text) => `Reason: ${text}`,
    date: (at) => `${EN_DATE.format(at)} (Tehran)`,
    hash: (digits) => `Document hash: ${digits}`,
  },
}

const HASH_DIGITS = 16

/** The lines of the picture, the most important ones first. */
export function wordsOf(drawing: Drawing): readonly string[] {
  const { locale = 'fa', title, signer, reason, at, hash, showHash = true } = drawing
  const words = WORDS[locale]
  return [
    title ?? words.title,
    signer,
    ...(reason === undefined ? [] : [words.reason(reason)]),
    words.date(at),
    ...(showHash ? [words.hash(grouped(hash.slice(0, HASH_DIGITS)))] : []),
  ]
}

const grouped = (digits: string) => digits.replace(/.{4}(?=.)/g, '$& ')
