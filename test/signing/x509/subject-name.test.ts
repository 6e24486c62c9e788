import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { certificateRequest } from '../../../src/signing/x509/certificate-request.ts'
import { isSameName, readName } from '../../../src/signing/x509/name.ts'
import { OID } from '../../../src/signing/x509/oids.ts'
import { readCertificateRequest } from '../../../src/signing/x509/read-request.ts'
import { organizationSubject, personSubject } from '../../../src/signing/x509/subject-name.ts'
import { SIGNING_ALGORITHMS } from '../../../src/ports/signer.ts'
import { made, nameOf } from '../../support/made-certificates.ts'
import { pem, opensslBench } from '../../support/openssl.ts'
import { requires } from '../../support/skips.ts'

const SARA = { givenName: 'سارا', familyName: 'نمونه‌زاده', number: '9990000018' }

describe('the name of a person', () => {
  it('has the number apart from the Persian words', () => {
    expect(readName(personSubject(SARA))).toEqual([
      { type: OID.countryName, value: 'IR' },
      { type: OID.commonName, value: 'سارا نمونه‌زاده' },
      { type: OID.surname, value: 'نمونه‌زاده' },
      { type: OID.givenName, value: 'سارا' },
      { type: OID.serialNumber, value: 'PNOIR-9990000018' },
    ])
    const own = personSubject(SARA, { person: 'IRN:', organization: '' })
    expect(readName(own).at(-1)?.value).toBe('IRN:9990000018')
  })

  it('may be Latin, of a foreigner', () => {
    const anna = personSubject({ givenName: 'Anna', familyName: 'Müller', number: 'P123' })
    expect(readName(anna)[1]?.value).toBe('Anna Müller')
  })

  it.each([
    ['Persian and Latin', { ...SARA, givenName: 'Sara' }],
    ['a digit at the end', { ...SARA, familyName: 'نمونه ۲' }],
    ['a digit at the beginning', { ...SARA, givenName: '۲ سارا' }],
    ['nothing', { ...SARA, familyName: ' ' }],
    ['a number that is none', { ...SARA, number: '۹۹۹۰۰۰۰۰۱۸' }],
  ])('is refused before a certificate is made of it: %s', (_, name) => {
    expect(() => personSubject(name)).toThrow(RangeError)
  })

  it('has no marks of direction, and is not longer than 64 characters', () => {
    const long = personSubject({ ...SARA, familyName: `\u202eب\u200f${'ا'.repeat(100)}` })
    const common = readName(long)[1]?.value ?? ''
    expect(common).not.toMatch(/[\u202e\u200f]/)
    expect(Array.from(common)).toHaveLength(64)
  })

  it('ends in a letter even where it was cut, as RFC 3454 wants it', () => {
    const part = fc.stringMatching(/^[آ-غ](?:[آ-غ]|\u200c|\u064e| ){0,90}[آ-غ]$/u)
    fc.assert(
      fc.property(part, part, (givenName, familyName) => {
        const [, common] = readName(personSubject({ givenName, familyName, number: '1' }))
        expect(common?.value).toMatch(/^\p{L}.*\p{L}$/u)
      }),
    )
  })
})

describe('the name of a legal person', () => {
  it('has its identifier', () => {
    const name = organizationSubject({ name: 'شرکت نمونه', number: '14000000120' })
    expect(readName(name)).toEqual([
      { type: OID.countryName, value: 'IR' },
      { type: OID.organizationName, value: 'شرکت نمونه' },
      { type: OID.organizationIdentifier, value: 'NTRIR-14000000120' },
      { type: OID.commonName, value: 'شرکت نمونه' },
    ])
  })
})

describe('names are the same', () => {
  it('whatever case and spaces, and not when a letter differs', () => {
    expect(isSameName(nameOf('Sample  Root'), nameOf('sample root'))).toBe(true)
    expect(isSameName(nameOf('Sample Root'), nameOf('Sample Roots'))).toBe(false)
  })
})

describe.each(SIGNING_ALGORITHMS)('a request by %s', (alg) => {
  it('is read as it was written, and refused when it was changed', async () => {
    const own = made({ name: 'x', alg })
    const publicKey = own.certificate.publicKeyInfo
    const request = await certificateRequest(personSubject(SARA), publicKey, own.signer())
    expect(readCertificateRequest(request)).toEqual({ subject: personSubject(SARA), publicKey })
    const forged = Buffer.from(request)
    const at = forged.indexOf('9990000018')
    forged.write('9990000026', at)
    expect(() => readCertificateRequest(forged)).toThrow('its own key')
  })

  requires('openssl')('openssl', () => {
    it('verifies it', async () => {
      const own = made({ name: 'x', alg })
      const { publicKeyInfo } = own.certificate
      const der = await certificateRequest(personSubject(SARA), publicKeyInfo, own.signer())
      const bench = await opensslBench()
      await bench.put('request.pem', pem(der, 'CERTIFICATE REQUEST'))
      const said = await bench.openssl(
        ...['req', '-in', 'request.pem', '-verify', '-noout', '-subject', '-nameopt', 'utf8'],
      )
      await bench.close()
      expect(said).toMatchObject({ ok: true, text: expect.stringContaining('verify OK') })
      expect(said.text).toContain('serialNumber=PNOIR-9990000018')
    })
  })
})
