import type { Locale } from '../../src/identity/locale.ts'
import { jalaliText, tehranDate, tehranTimeText } from '../../src/identity/jalali-date.ts'
import { shownName } from '../../src/identity/person-name.ts'
import { texts } from '../../src/pages/text/index.ts'
import type { ClientMetadata } from '../../src/ports/client-store.ts'
import type { KeyStore } from '../../src/ports/key-store.ts'
import type { PersonName } from '../../src/signing/x509/subject-name.ts'
import { shownNameOf } from './person.ts'

/** One spelling, so that what is read, what the passkey signs and what the key signs are the same text. */
export const spelt = (...lines: readonly string[]): string =>
  lines.join('\n').toWellFormed().replaceAll(/\r\n?/g, '\n').normalize('NFC')

export function termsText(
  person: PersonName,
  protection: KeyStore['protection'],
  locale: Locale,
): string {
  const { termsLines } = texts(locale).signature
  return spelt(...termsLines(shownName(shownNameOf(person)), protection === 'hardware'))
}

export interface Declared {
  readonly person: PersonName
  readonly client: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly reference: string
  readonly locale: Locale
}

/** Who signs in where, and when. */
export function declarationText({ person, client, at, reference, locale }: Declared): string {
  return spelt(
    ...texts(locale).signature.declarationLines({
      name: shownName(shownNameOf(person)),
      number: person.number,
      client: shownName(client),
      day: jalaliText(tehranDate(at), locale),
      hour: tehranTimeText(at, at, locale),
      reference: reference.slice(0, 12),
    }),
  )
}

/** RFC 7591 section 2.2: the name of a service in this language, or else its plain one. */
export function clientNameOf(client: ClientMetadata | undefined, locale: Locale): string {
  const names = [client?.[`client_name#${locale}`], client?.['client_name'], client?.client_id]
  return names.find((one): one is string => typeof one === 'string') ?? ''
}
