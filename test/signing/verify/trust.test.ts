import { expect, it } from '@jest/globals'
import { authorities, SIGNING_POLICY } from '../../../sandbox/pki/authority.ts'
import { ocspAnswer, serialOf } from '../../../sandbox/pki/ocsp.ts'
import { register } from '../../../sandbox/pki/register.ts'
import { trustIn } from '../../../src/signing/verify/trust.ts'
import { readCertificate } from '../../../src/signing/x509/certificate.ts'
import { ocspRequest } from '../../../src/signing/x509/ocsp.ts'
import { DAY, made } from '../../support/made-certificates.ts'

const NOW = Date.now()

function revocationAsOf(now: number) {
  const book = register(undefined)
  const world = authorities(book, 'P-256', 'http://localhost:1')
  const { name, certificate: own } = made({ name: 'Person' })
  const publicKey = own.publicKeyInfo
  const der = world.issue({ subject: name, publicKey, days: 30, policy: SIGNING_POLICY })
  const entry = { certificate: der.toString('base64'), name: 'Person', issuedAt: NOW }
  book.add({ ...entry, serialNumber: serialOf(der) })
  const [person, issuing, root] = [der, world.issuing.der, world.root.der].map(readCertificate)
  const answers = [
    ocspAnswer(ocspRequest(person!, issuing!), world, book, 'none'),
    ocspAnswer(ocspRequest(issuing!, root!), world, book, 'none'),
  ]
  const { checks } = trustIn({
    certificate: person!,
    purpose: 'signing',
    at: NOW,
    now,
    anchors: [world.root.der],
    evidence: { certificates: [world.issuing.der, world.ocsp.der], ocsps: answers, crls: [] },
  })
  return checks.find(({ name: of }) => of === 'revocation')
}

it('what authorities have said by now counts, and what they will have said does not', () => {
  expect(revocationAsOf(NOW)).toMatchObject({ result: 'passed' })
  expect(revocationAsOf(NOW - DAY)).toMatchObject({ result: 'failed', subIndication: 'TRY_LATER' })
})
