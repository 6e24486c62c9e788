import type { Certificate } from './certificate.ts'
import { readName } from './name.ts'
import { OID } from './oids.ts'

export interface LegalPerson {
  readonly name: string
  /** By ETSI EN 319 412-1 section 5.1.4, such as `NTRIR-14000000120`. */
  readonly identifier: string
}

/** What only natural persons have in their names (ETSI EN 319 412-2 section 4.2.4). */
const OF_PEOPLE: readonly string[] = [OID.givenName, OID.surname, OID.pseudonym, OID.serialNumber]

/** Whose seal this certificate's key makes (ETSI EN 319 412-3 section 4.2.1); undefined: it is a person's, also of one
 *  who works for an organisation that it names. Throws `Malformed`. */
export function legalPersonOf({ subject }: Pick<Certificate, 'subject'>): LegalPerson | undefined {
  const attributes = readName(subject)
  const value = (wanted: string) => attributes.find(({ type }) => type === wanted)?.value
  if (attributes.some(({ type }) => OF_PEOPLE.includes(type))) return undefined
  const [name, identifier] = [value(OID.organizationName), value(OID.organizationIdentifier)]
  return name && identifier ? { name, identifier } : undefined
}
