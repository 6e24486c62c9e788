/** What a citizen is told by message about his means of signing. `signed`: his key was used; the others: a certificate
 *  in his name was issued, took the place of one that was ending, or ended by another's word than his own. */
export const NOTICE_KINDS = ['signed', 'issued', 'renewed', 'revoked'] as const
export type NoticeKind = (typeof NOTICE_KINDS)[number]

export interface CitizenNotice {
  readonly kind: NoticeKind
  /** Of the activation (`signed`), or of the signing credential: one notice of a kind about each. */
  readonly about: string
  readonly subjectId: string
  readonly locale: 'fa' | 'en'
  /** Milliseconds since the epoch: when it was. */
  readonly at: number
  /** How often it was sent in vain. */
  readonly tries: number
}

/** Written by the store of what it is about, in the same transaction. */
export type NewNotice = Omit<CitizenNotice, 'tries'> & {
  /** Nobody takes it before: milliseconds since the epoch. */
  readonly dueAt: number
}

type Name = Pick<CitizenNotice, 'kind' | 'about'>

/** Messages that are still to be sent to citizens. They bear neither number nor text: both are looked up when one is
 *  sent. */
export interface CitizenNotices {
  /** Some that are due, for the caller alone until `until`: several processes share them. */
  take(most: number, until: number): Promise<readonly CitizenNotice[]>
  /** Sent in vain once more, or (`isTry` false) put off without a try. */
  postpone(notice: Name, dueAt: number, isTry: boolean): Promise<void>
  /** It may be taken from now on; one that is due already stays so. */
  hasten(notice: Name): Promise<void>
  /** It was sent, or there is nothing to tell. Safe to repeat. */
  remove(notice: Name): Promise<void>
}
