import { beforeAll, describe, expect, it } from '@jest/globals'
import {
  authorities,
  SIGNING_POLICY,
  type Authorities,
  type Member,
} from '../../sandbox/pki/authority.ts'
import { crl } from '../../sandbox/pki/crl.ts'
import type { FaultKind } from '../../sandbox/pki/faults.ts'
import { ocspAnswer, serialOf } from '../../sandbox/pki/ocsp.ts'
import { register, type Register } from '../../sandbox/pki/register.ts'
import { revocationEvidence, type EvidenceQuery } from '../../src/signing/revocation-evidence.ts'
import { nil } from '../../src/signing/der/write.ts'
import { readCertificate } from '../../src/signing/x509/certificate.ts'
import { crlNumberOf, judgeCrl, readCrl } from '../../src/signing/x509/crl.ts'
import { judgeOcsp } from '../../src/signing/x509/judge-ocsp.ts'
import { ocspRequest, readOcspResponse } from '../../src/signing/x509/ocsp.ts'
import { OID } from '../../src/signing/x509/oids.ts'
import {
  authority,
  CA_USES,
  DAY,
  extendedUsage,
  extension,
  made,
  noCheck,
  usage,
  type Made,
} from '../support/made-certificates.ts'
import { basicResponse, madeCrl } from '../support/made-revocation.ts'

const NOW = Date.now()
let book: Register
let world: Authorities
let person: Buffer

beforeAll(() => {
  book = register(undefined)
  world = authorities(book, 'P-256', 'http://localhost:1')
  const { name, certificate: own } = made({ name: 'Person' })
  person = world.issue({
    subject: name,
    publicKey: own.publicKeyInfo,
    days: 30,
    policy: SIGNING_POLICY,
  })
  const entry = { certificate: person.toString('base64'), name: 'Person', issuedAt: NOW }
  book.add({ ...entry, serialNumber: serialOf(person) })
})

const certificate = () => readCertificate(person)
const issuer = () => readCertificate(world.issuing.der)
const ask = (fault: FaultKind = 'none', about = certificate(), by = issuer()) =>
  ocspAnswer(ocspRequest(about, by), world, book, fault)
const list = (by: Member, thisUpdate = NOW) =>
  crl(by, { entries: book.list(), number: 7, thisUpdate })

function said(more: Partial<EvidenceQuery>) {
  return revocationEvidence({
    certificate: certificate(),
    issuer: issuer(),
    at: NOW,
    ocsps: [],
    crls: [],
    ...more,
  })
}

describe('OCSP', () => {
  it('says good, and hands over the certificate of the responder', () => {
    const found = said({ ocsps: [ask()] })
    expect(found).toMatchObject({ kind: 'answer', status: 'good', source: 'ocsp' })
    expect(found.kind === 'answer' && found.certificates).toEqual([world.ocsp.der])
  })

  it('of the root is signed by the root itself', () => {
    const about = issuer()
    const by = readCertificate(world.root.der)
    const answer = judgeOcsp(readOcspResponse(ask('none', about, by))!, {
      certificate: about,
      issuer: by,
      at: NOW,
    })
    expect(answer).toMatchObject({ kind: 'answer', status: 'good', certificates: [] })
  })

  it.each([
    ['expired', 'stale'],
    ['unauthorized', 'responder_unauthorised'],
    ['try_later', 'not_successful'],
  ] as const)('that is %s says nothing: %s', (fault, expected) => {
    expect(said({ ocsps: [ask(fault)] })).toEqual({ kind: 'none', faults: [expected] })
  })

  it('about somebody else says nothing', () => {
    const other = readCertificate(world.tsa.der)
    expect(said({ ocsps: [ask('none', other)] })).toEqual({
      kind: 'none',
      faults: ['other_certificate'],
    })
  })

  it('with one changed octet in the signature says nothing', () => {
    const der = ask()
    const forged = Buffer.from(der)
    const at = forged.indexOf(world.ocsp.der) - 12
    forged[at] = (forged[at] ?? 0) ^ 1
    expect(said({ ocsps: [forged] })).toMatchObject({ kind: 'none' })
  })

  it('unknown is less than good', () => {
    expect(said({ ocsps: [ask('unknown')] })).toMatchObject({ status: 'unknown' })
    expect(said({ ocsps: [ask('unknown'), ask()] })).toMatchObject({ status: 'good' })
  })

  it('revoked is more than good, and was not so before', () => {
    const ocsps = [ask(), ask('revoked')]
    expect(said({ ocsps })).toMatchObject({ status: 'revoked', reason: 'key_compromise' })
    expect(said({ ocsps, at: NOW - 3_600_000 })).toMatchObject({ status: 'good' })
  })

  it('another nonce than the one that was sent is refused', () => {
    const response = readOcspResponse(
      ocspAnswer(ocspRequest(certificate(), issuer(), Buffer.alloc(16, 1)), world, book, 'none'),
    )!
    const question = { certificate: certificate(), issuer: issuer(), at: NOW }
    expect(response.nonce).toEqual(Buffer.alloc(16, 1))
    expect(judgeOcsp(response, { ...question, nonce: Buffer.alloc(16, 1) }).kind).toBe('answer')
    expect(judgeOcsp(response, { ...question, nonce: Buffer.alloc(16, 2) })).toEqual({
      kind: 'unusable',
      fault: 'nonce_mismatch',
    })
  })

  it('was not said in the future', () => {
    expect(said({ ocsps: [ask()], now: NOW - DAY })).toEqual({
      kind: 'none',
      faults: ['not_yet_valid'],
    })
  })
})

describe('who may respond', () => {
  const ca = made({ name: 'CA', extensions: [authority(), usage(...CA_USES)] })
  const own = made({ name: 'Own', issuer: ca, extensions: [usage(1)] })
  const rights = [usage(0), extendedUsage(false, OID.ocspSigning)]
  const responder = (extensions: readonly Buffer[], more: object = {}) =>
    made({ name: 'Responder', issuer: ca, extensions, ...more })

  function verdict(by: Made, more: Partial<EvidenceQuery> = {}) {
    const ocsp = basicResponse({ by, about: own, issuer: ca, certificates: [by.der], at: NOW })
    const query = { certificate: own.certificate, issuer: ca.certificate, at: NOW }
    const found = revocationEvidence({ ...query, ocsps: [ocsp], crls: [], ...more })
    return found.kind === 'answer' ? found.status : found.faults[0]
  }

  it('one with the right and nocheck', () => {
    expect(verdict(responder([...rights, noCheck()]))).toBe('good')
  })

  it('the issuer itself', () => {
    expect(verdict(ca)).toBe('good')
  })

  it.each([
    ['without the right', [usage(0), noCheck()], {}],
    ['with another key usage', [usage(5), extendedUsage(false, OID.ocspSigning), noCheck()], {}],
    ['whose time is over', [...rights, noCheck()], { from: NOW - 9 * DAY, until: NOW - 8 * DAY }],
    [
      'who says something critical that nobody knows',
      [...rights, noCheck(), extension('1.2.3', nil(), true)],
      {},
    ],
    ['without nocheck and without a list', rights, {}],
  ])('not one %s', (_, extensions, more) => {
    expect(verdict(responder(extensions, more))).toBe('responder_unauthorised')
  })

  it('not one of another authority, though of the same name', () => {
    const other = made({ name: 'CA', extensions: [authority(), usage(...CA_USES)] })
    const by = made({ name: 'R', issuer: other, extensions: [...rights, noCheck()] })
    expect(verdict(by)).toBe('responder_unauthorised')
  })

  it('one without nocheck, as long as a list does not name it', () => {
    const by = responder(rights)
    expect(verdict(by, { crls: [madeCrl({ by: ca, at: NOW, revoked: [] })] })).toBe('good')
    const revoked = [{ certificate: by.certificate, at: NOW - DAY }]
    const named = madeCrl({ by: ca, at: NOW, revoked })
    const question = { crls: [named], certificate: own.certificate, issuer: ca.certificate }
    const ocsp = basicResponse({ by, about: own, issuer: ca, certificates: [by.der], at: NOW })
    const answer = judgeOcsp(readOcspResponse(ocsp)!, { ...question, at: NOW })
    expect(answer).toEqual({ kind: 'unusable', fault: 'responder_unauthorised' })
  })
})

describe('a CRL', () => {
  it('says good, has a number, and is the newest that counts', () => {
    const der = list(world.issuing)
    expect(said({ crls: [der] })).toMatchObject({ status: 'good', source: 'crl' })
    expect(crlNumberOf(readCrl(der))).toBe('07')
    const older = list(world.issuing, NOW - 3_600_000)
    expect(said({ crls: [older, der] })).toMatchObject({ der })
  })

  it('of somebody else, a stale one, and one that was changed say nothing', () => {
    expect(said({ crls: [list(world.root)] })).toMatchObject({ faults: ['other_certificate'] })
    expect(said({ crls: [list(world.issuing, NOW - 3 * DAY)] })).toMatchObject({
      faults: ['stale'],
    })
    const forged = Buffer.from(list(world.issuing))
    forged[forged.length - 4] = (forged[forged.length - 4] ?? 0) ^ 1
    expect(said({ crls: [forged] })).toMatchObject({ faults: ['signature_invalid'] })
    expect(said({ crls: [Buffer.from('no list')] })).toMatchObject({ faults: ['malformed'] })
  })

  const ca = made({ name: 'CA', extensions: [authority(), usage(...CA_USES)] })
  const own = made({ name: 'Own', issuer: ca, extensions: [usage(1)] })
  const judged = (der: Uint8Array, at = NOW) =>
    judgeCrl(readCrl(der), { certificate: own.certificate, issuer: ca.certificate, at })

  it('names whom it has taken back, and why', () => {
    const revoked = [{ certificate: own.certificate, at: NOW - 5_000, reason: 4 }]
    expect(judged(madeCrl({ by: ca, at: NOW, revoked }))).toMatchObject({
      status: 'revoked',
      reason: 'superseded',
      revokedAt: Math.floor((NOW - 5_000) / 1000) * 1000,
    })
  })

  it.each([
    ['a delta', extension(OID.deltaCrlIndicator, Buffer.from([2, 1, 1]), true)],
    ['one with an unknown critical extension', extension('1.2.3.4', nil(), true)],
  ])('%s says nothing', (_, more) => {
    const der = madeCrl({ by: ca, at: NOW, revoked: [], extensions: [more] })
    expect(judged(der)).toEqual({ kind: 'unusable', fault: 'extension_unknown' })
  })

  it.each([
    ['of authorities', '30038201ff'],
    ['of attribute certificates', '30038501ff'],
    ['of several authorities', '30038401ff'],
    ['of some reasons', '300483020540'],
  ])('one %s alone says nothing about people', (_, hex) => {
    const point = extension(OID.issuingDistributionPoint, Buffer.from(hex, 'hex'), true)
    const der = madeCrl({ by: ca, at: NOW, revoked: [], extensions: [point] })
    expect(judged(der)).toEqual({ kind: 'unusable', fault: 'other_certificate' })
  })

  it('one of people alone says what it says', () => {
    const point = extension(OID.issuingDistributionPoint, Buffer.from('30038101ff', 'hex'), true)
    const der = madeCrl({ by: ca, at: NOW, revoked: [], extensions: [point] })
    expect(judged(der)).toMatchObject({ status: 'good' })
  })

  it('of a time when the certificate had expired says nothing', () => {
    const der = madeCrl({ by: ca, at: NOW + 5 * DAY, revoked: [] })
    expect(judged(der)).toEqual({ kind: 'unusable', fault: 'certificate_had_expired' })
  })

  it('of one who may sign certificates alone says nothing', () => {
    const noLists = made({ name: 'CA', extensions: [authority(), usage(5)] })
    const der = madeCrl({ by: noLists, at: NOW, revoked: [] })
    const question = { certificate: own.certificate, issuer: noLists.certificate, at: NOW }
    expect(judgeCrl(readCrl(der), question)).toEqual({
      kind: 'unusable',
      fault: 'responder_unauthorised',
    })
  })
})
