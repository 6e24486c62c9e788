import { oid, printableString, sequence, setOf, utf8String } from '../der/write.ts'
import { OID } from './oids.ts'

/** What stands before the number of a person (ETSI EN 319 412-1 section 5.1.3: three letters of what kind of number
 *  it is, the country, a hyphen) and of a legal person (section 5.1.4). Iran's own profile may want others. */
export interface NamePrefixes {
  readonly person: string
  readonly organization: string
}

/** PNO: a national personal number; NTR: a number of the national trade register. */
export const ETSI_PREFIXES: NamePrefixes = { person: 'PNOIR-', organization: 'NTRIR-' }

export interface PersonName {
  readonly givenName: string
  readonly familyName: string
  /** Ten digits, or whatever number a foreigner goes by. */
  readonly number: string
}

export interface OrganizationName {
  readonly name: string
  /** The national identifier of the legal person, eleven digits. */
  readonly number: string
}

/** Upper bounds of RFC 5280 appendix A.1, in characters. */
const LONGEST_COMMON = 64
const LONGEST_NAME = 64
const LONGEST_NUMBER = 64

/** DER Name of a natural person: country, common name, surname, given name and serialNumber, which alone tells who
 *  it is (ETSI EN 319 412-2 section 4.2.4). Throws RangeError for a name that validators refuse. */
export function personSubject(
  { givenName, familyName, number }: PersonName,
  { person }: NamePrefixes = ETSI_PREFIXES,
): Buffer {
  return sequence(
    attribute(OID.countryName, printableString('IR')),
    attribute(OID.commonName, named(`${givenName} ${familyName}`, LONGEST_COMMON)),
    attribute(OID.surname, named(familyName, LONGEST_NAME)),
    attribute(OID.givenName, named(givenName, LONGEST_NAME)),
    attribute(OID.serialNumber, printable(`${person}${number}`)),
  )
}

/** DER Name of a legal person, for its seal (ETSI EN 319 412-3 section 4.2.1). */
export function organizationSubject(
  { name, number }: OrganizationName,
  { organization }: NamePrefixes = ETSI_PREFIXES,
): Buffer {
  return sequence(
    attribute(OID.countryName, printableString('IR')),
    attribute(OID.organizationName, named(name, LONGEST_NAME)),
    attribute(OID.organizationIdentifier, utf8String(checkedNumber(`${organization}${number}`))),
    attribute(OID.commonName, named(name, LONGEST_COMMON)),
  )
}

/** Undefined when a certificate can carry this name; otherwise what is wrong with it. */
export function nameFault(text: string): string | undefined {
  try {
    if (Array.from(tidied(text)).length > LONGEST_NAME)
      return 'a name in a certificate is that long'
    oneDirection(tidied(text))
    return undefined
  } catch (error) {
    if (error instanceof RangeError) return error.message
    throw error
  }
}

const attribute = (type: string, value: Uint8Array) => setOf(sequence(oid(type), value))

function named(text: string, longest: number): Buffer {
  return utf8String(oneDirection(Array.from(tidied(text)).slice(0, longest).join('')))
}

/** One spelling: composed, single spaces, no marks of direction (they would let a certificate lie). */
function tidied(text: string): string {
  return text
    .normalize('NFC')
    .replaceAll(/[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\p{Cc}]/gu, '')
    .replaceAll(/\s+/gu, ' ')
    .trim()
}

const RTL = /[\p{Script=Arabic}\p{Script=Hebrew}]/u
const LTR = /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]/u
/** A space, a joiner or a vowel mark that a cut may leave at the end. */
const LOOSE_END = /(?:\s|\p{M}|\u200c|\u200d)+$/u
const PURE = /^\p{Script=Arabic}(?:.*\p{Script=Arabic})?$/u
const LETTERS_AT_ENDS = /^\p{L}(?:.*\p{L})?$/u

/** RFC 3454 section 6 (and who follows it, such as asn1crypto): a right-to-left value has no left-to-right letter,
 *  and begins and ends with a right-to-left one. Otherwise the whole certificate is refused. */
function oneDirection(text: string): string {
  const value = text.replace(LOOSE_END, '')
  if (value === '') throw new RangeError('a name in a certificate cannot be empty')
  if (!RTL.test(value)) return value
  if (LTR.test(value)) throw new RangeError('a name in a certificate is of one direction')
  if (!PURE.test(value) || !LETTERS_AT_ENDS.test(value)) {
    throw new RangeError('a Persian name in a certificate begins and ends with a Persian letter')
  }
  return value
}

/** PrintableString (X.680 section 41.4). */
function printable(text: string): Buffer {
  if (!/^[A-Za-z0-9 '()+,./:=?-]*$/.test(text)) {
    throw new RangeError('a number in a certificate has Latin letters and digits alone')
  }
  return printableString(checkedNumber(text))
}

function checkedNumber(text: string): string {
  if (text.length > LONGEST_NUMBER) throw new RangeError('a number in a certificate is that long')
  return text
}
