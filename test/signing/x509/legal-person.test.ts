import { describe, expect, it } from '@jest/globals'
import { oid, sequence, setOf, utf8String } from '../../../src/signing/der/write.ts'
import { legalPersonOf } from '../../../src/signing/x509/legal-person.ts'
import { OID } from '../../../src/signing/x509/oids.ts'
import {
  nameFault,
  organizationSubject,
  personSubject,
} from '../../../src/signing/x509/subject-name.ts'

const named = (attributes: Partial<Record<keyof typeof OID, string>>) => ({
  subject: sequence(
    ...Object.entries(attributes).map(([type, value]) =>
      setOf(sequence(oid(OID[type as keyof typeof OID]), utf8String(value))),
    ),
  ),
})
const AGENCY = { organizationName: 'سازمان نمونه', organizationIdentifier: 'NTRIR-14000000134' }

describe('whose certificate it is', () => {
  it('a legal person’s, by organisation and identifier', () => {
    const subject = organizationSubject({ name: 'سازمان نمونه', number: '14000000134' })
    expect(legalPersonOf({ subject })).toEqual({
      name: AGENCY.organizationName,
      identifier: AGENCY.organizationIdentifier,
    })
    expect(legalPersonOf(named(AGENCY))).toBeDefined()
  })

  it.each(['givenName', 'surname', 'serialNumber', 'pseudonym'] as const)(
    'a person’s, who works there, where there is a %s',
    (attribute) => {
      expect(legalPersonOf(named({ ...AGENCY, [attribute]: 'x' }))).toBeUndefined()
    },
  )

  it('a person’s, or nobody’s that is known, where one of both is missing', () => {
    const { organizationName, organizationIdentifier } = AGENCY
    const person = { givenName: 'سارا', familyName: 'نمونه', number: '9990000018' }
    expect(legalPersonOf({ subject: personSubject(person) })).toBeUndefined()
    expect(legalPersonOf(named({ organizationName }))).toBeUndefined()
    expect(legalPersonOf(named({ organizationIdentifier }))).toBeUndefined()
  })
})

describe('a name that a certificate can carry', () => {
  it.each(['پنجرهٔ ملی', 'سازمان ثبت اسناد و املاک کشور', 'Sample Agency 2'])('%s', (name) => {
    expect(nameFault(name)).toBeUndefined()
  })
  it.each([['سازمان Sample'], ['سازمان ۲'], [''], ['ن'.repeat(65)]])('not %j', (name) => {
    expect(nameFault(name)).toBeDefined()
  })
})
