import { persianDigits } from '../../identity/digits.ts'
import { tehranTimeText } from '../../identity/jalali-date.ts'
import type { Locale } from '../../identity/locale.ts'
import { shownName } from '../../identity/person-name.ts'
import type { NoticeKind } from '../../ports/citizen-notices.ts'

/** What a message tells. It holds no name of a document, and no link: who gets used to links in messages follows
 *  those of others, too. */
export interface Told {
  readonly kind: NoticeKind
  /** The service, as it calls itself. */
  readonly client: string
  /** How many documents, texts or hashes. */
  readonly count: number
  /** Milliseconds since the epoch. */
  readonly at: number
  /** The window's host, to be typed in. */
  readonly host: string
}

type Spelt = Omit<Told, 'kind' | 'at' | 'count'> & { readonly when: string; readonly many: string }
type Lines = Readonly<Record<NoticeKind, (told: Spelt) => string>>

/** Persian text is UCS-2, 67 characters a part: with a short name two parts. */
const TEXTS: Readonly<Record<Locale, Lines>> = {
  fa: {
    signed: ({ client, many, when, host }) =>
      `پنجره: ${many} مورد برای «${client}» به نام شما امضا شد (${when}).\nکار شما نبود؟ در ${host} گواهی امضا را باطل کنید.`,
    issued: ({ when, host }) =>
      `پنجره: گواهی امضا به نام شما صادر شد (${when}).\nکار شما نبود؟ در ${host} آن را باطل کنید.`,
    renewed: ({ when, host }) =>
      `پنجره: گواهی امضای شما تمدید شد (${when}).\nکار شما نبود؟ در ${host} آن را باطل کنید.`,
    revoked: ({ when, host }) =>
      `پنجره: گواهی امضای شما باطل شد (${when}) و دیگر چیزی با آن امضا نمی‌شود.\nنمی‌دانید چرا؟ در ${host} «امضاها و گواهی‌های من» را ببینید.`,
  },
  en: {
    signed: ({ client, many, when, host }) =>
      `Panjereh: ${many} signed in your name for "${client}" (${when}).\nNot you? Revoke your certificate at ${host}.`,
    issued: ({ when, host }) =>
      `Panjereh: a signing certificate was issued in your name (${when}).\nNot you? Revoke it at ${host}.`,
    renewed: ({ when, host }) =>
      `Panjereh: your signing certificate was renewed (${when}).\nNot you? Revoke it at ${host}.`,
    revoked: ({ when, host }) =>
      `Panjereh: your signing certificate was revoked (${when}); nothing is signed with it any more.\nYou do not know why? See "My signatures and certificates" at ${host}.`,
  },
}

const LONGEST_NAME = 40

export function noticeText(locale: Locale, { kind, client, count, at, host }: Told): string {
  const when = tehranTimeText(at, 0, locale)
  const isPersian = locale === 'fa'
  return TEXTS[locale][kind]({
    host,
    client: unlinked(shownName(client)).slice(0, LONGEST_NAME),
    when: isPersian ? persianDigits(when) : when,
    many: isPersian
      ? persianDigits(String(count))
      : count === 1
        ? '1 item was'
        : `${count} items were`,
  })
}

/** A service's name is its own word: telephones make links of what looks like an address or a number. */
const unlinked = (name: string): string =>
  name
    .replace(/[.:/\\@#?&=]+(?=\S)/g, ' ')
    .replace(/[+\d۰-۹٠-٩][\d۰-۹٠-٩\s-]{4,}/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
