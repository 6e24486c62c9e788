import { parseForeignId } from '../../src/identity/foreign-id.ts'
import {
  parseGregorianDate,
  parseJalaliDate,
  type IsoDate,
} from '../../src/identity/jalali-date.ts'
import { parseNationalId } from '../../src/identity/national-id.ts'
import {
  parseCountry,
  parsePassportNumber,
  parseRefugeeCardNumber,
} from '../../src/identity/travel-document.ts'
import type { Input } from '../../src/assurance/level.ts'
import type { Identifier } from '../../src/ports/identifier.ts'
import type { FormName, Given, RegistryError } from './state.ts'

/** Who somebody says that he is; well formed, and no more than that. */
export interface Claim {
  readonly document: Identifier
  readonly birthDate: IsoDate
}

/** The documents of the foreigners' form. */
export const DOCUMENTS = ['unique_code', 'passport', 'amayesh', 'refugee_card'] as const
export type DocumentName = (typeof DOCUMENTS)[number]

/** Who gives out the unique code is disputed among the sources: the Ministry of Interior is taken for it, and
 *  the issuer is kept with the number. */
const UNIQUE_CODE_ISSUER = 'moi'

type Reader = (given: Given) => Identifier | RegistryError

const READERS: Readonly<Record<DocumentName, Reader>> = {
  unique_code: ({ number = '' }) =>
    identifier('foreign_id', parseForeignId(number), UNIQUE_CODE_ISSUER),
  passport({ number = '', country = '' }) {
    const issuer = parseCountry(country)
    if (issuer === undefined) return 'country_missing'
    return identifier('passport', parsePassportNumber(number), issuer)
  },
  amayesh: ({ number = '' }) =>
    identifier('refugee_document', parseRefugeeCardNumber(number), 'amayesh'),
  refugee_card: ({ number = '' }) =>
    identifier('refugee_document', parseRefugeeCardNumber(number), 'refugee_card'),
}

function identifier(type: Identifier['type'], value: string | undefined, issuer: string) {
  return value === undefined ? 'document_invalid' : { type, value, issuer }
}

/** What is wrong with the form of a claim may be said: it needs no registry to know. */
export function readClaim(form: FormName, given: Given): Claim | RegistryError {
  const document = form === 'iranian' ? iranian(given) : foreign(given)
  if (typeof document === 'string') return document
  const birthDate = dateOf(form, given)
  return birthDate === undefined ? 'birth_date_invalid' : { document, birthDate }
}

function iranian({ national_id = '' }: Given): Identifier | RegistryError {
  const value = parseNationalId(national_id)
  return value === undefined ? 'national_id_invalid' : { type: 'national_id', value }
}

function foreign(given: Given): Identifier | RegistryError {
  const name = DOCUMENTS.find((one) => one === given['document'])
  return name === undefined ? 'document_invalid' : READERS[name](given)
}

/** Iranians know their birth date by the solar Hijri calendar, foreigners by the Gregorian one. */
function dateOf(form: FormName, { year = '', month = '', day = '' }: Given): IsoDate | undefined {
  const typed = [year, month, day].map((part) => part.trim()).join('/')
  return form === 'iranian' ? parseJalaliDate(typed) : parseGregorianDate(typed)
}

const FIELDS: Readonly<Record<FormName, readonly string[]>> = {
  iranian: ['national_id', 'year', 'month', 'day'],
  foreign: ['document', 'number', 'country', 'year', 'month', 'day'],
}

/** The fields of a form, and no other. */
export function givenIn(form: FormName, input: Input): Given {
  return Object.fromEntries(FIELDS[form].map((name) => [name, (input[name] ?? '').slice(0, 64)]))
}
