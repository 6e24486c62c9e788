import { describe, expect, it } from '@jest/globals'
import { certificatePath, type PathQuery } from '../../src/signing/certificate-path.ts'
import { nil, octetString, oid, sequence } from '../../src/signing/der/write.ts'
import { OID } from '../../src/signing/x509/oids.ts'
import {
  authority,
  CA_USES,
  DAY,
  extendedUsage,
  extension,
  made,
  usage,
  type Made,
  type Wish,
} from '../support/made-certificates.ts'

const NOW = Date.now()
const ca = (name: string, issuer?: Made, more: Partial<Wish> = {}) =>
  made({ name, issuer, extensions: [authority(), usage(...CA_USES)], ...more })
const root = ca('Root')
const middle = ca('Middle', root)
const leaf = (more: Partial<Wish> = {}) =>
  made({ name: 'Leaf', issuer: middle, extensions: [usage(1)], ...more })

function path(certificate: Made, more: Partial<PathQuery> & { pool?: Uint8Array[] } = {}) {
  return certificatePath({
    certificate: certificate.der,
    pool: [middle.der],
    anchors: [root.der],
    at: NOW,
    purpose: 'signing',
    ...more,
  })
}
const fault = (certificate: Made, more: Parameters<typeof path>[1] = {}) => {
  const result = path(certificate, more)
  return result.kind === 'path' ? 'a path' : result.fault
}

describe('a path', () => {
  it('leads over authorities to the anchor', () => {
    const own = leaf()
    const result = path(own)
    expect(result.kind === 'path' && result.path.map(({ der }) => der)).toEqual([
      own.der,
      middle.der,
      root.der,
    ])
  })

  it('is found among strangers and cross certificates', () => {
    const own = leaf()
    const strangers = Array.from({ length: 30 }, (_, n) => ca(`Stranger ${n}`).der)
    const impostor = ca('Middle')
    const pool = [Buffer.of(1, 2, 3), ...strangers, impostor.der, middle.der, own.der]
    expect(fault(own, { pool })).toBe('a path')
  })

  it('is of one certificate when that one is trusted itself', () => {
    const self = made({ name: 'Self', extensions: [usage(1)] })
    expect(fault(self, { pool: [], anchors: [self.der] })).toBe('a path')
    expect(fault(self, { pool: [self.der] })).toBe('issuer_unknown')
  })

  it('an anchor may be an authority below the root', () => {
    expect(fault(leaf(), { pool: [], anchors: [middle.der] })).toBe('a path')
  })
})

describe('there is no path', () => {
  it('without an authority, or to an anchor of the same name with another key', () => {
    expect(fault(leaf(), { pool: [] })).toBe('issuer_unknown')
    expect(fault(leaf(), { anchors: [ca('Root').der] })).toBe('signature_invalid')
    expect(fault(leaf(), { anchors: [] })).toBe('issuer_unknown')
  })

  it('for what is no certificate', () => {
    const query = { pool: [], anchors: [root.der], at: NOW, purpose: 'any' } as const
    expect(certificatePath({ ...query, certificate: Buffer.from('no') })).toEqual({
      kind: 'refused',
      fault: 'malformed',
    })
  })

  it('for a certificate that somebody else signed', () => {
    expect(fault(leaf({ signedBy: ca('Other') }))).toBe('signature_invalid')
  })

  it('before and after its time, at every place', () => {
    expect(fault(leaf(), { at: NOW - 2 * DAY })).toBe('not_yet_valid')
    expect(fault(leaf(), { at: NOW + 2 * DAY })).toBe('expired')
    const old = ca('Old', root, { from: NOW - 9 * DAY, until: NOW - 8 * DAY })
    const own = made({ name: 'Leaf', issuer: old, extensions: [usage(1)] })
    expect(fault(own, { pool: [old.der] })).toBe('expired')
  })

  it('over one that is no authority', () => {
    const person = made({ name: 'Person', issuer: middle, extensions: [usage(1, 5)] })
    const own = made({ name: 'Leaf', issuer: person, extensions: [usage(1)] })
    expect(fault(own, { pool: [middle.der, person.der] })).toBe('not_an_authority')
    const bare = made({ name: 'Bare', issuer: root })
    const below = made({ name: 'Leaf', issuer: bare, extensions: [usage(1)] })
    expect(fault(below, { pool: [bare.der] })).toBe('not_an_authority')
  })

  it('over one that may not sign certificates', () => {
    const crlOnly = made({ name: 'Lists', issuer: root, extensions: [authority(), usage(6)] })
    const own = made({ name: 'Leaf', issuer: crlOnly, extensions: [usage(1)] })
    expect(fault(own, { pool: [crlOnly.der] })).toBe('key_usage')
  })

  it('over more authorities than one above allows', () => {
    const narrow = ca('Narrow', root, { extensions: [authority(0), usage(...CA_USES)] })
    const one = ca('One', narrow)
    const direct = made({ name: 'Leaf', issuer: narrow, extensions: [usage(1)] })
    expect(fault(direct, { pool: [narrow.der] })).toBe('a path')
    const deep = made({ name: 'Leaf', issuer: one, extensions: [usage(1)] })
    expect(fault(deep, { pool: [narrow.der, one.der] })).toBe('path_too_long')
  })

  it('through critical extensions that nobody here knows, name constraints above all', () => {
    const unknown = extension('1.2.3.4', nil(), true)
    expect(fault(leaf({ extensions: [usage(1), unknown] }))).toBe('extension_unknown')
    const harmless = extension('1.2.3.4', nil())
    expect(fault(leaf({ extensions: [usage(1), harmless] }))).toBe('a path')
    for (const isCritical of [true, false]) {
      const limits = extension(OID.nameConstraints, sequence(), isCritical)
      const limited = ca('Limited', root, { extensions: [authority(), usage(...CA_USES), limits] })
      const own = made({ name: 'Leaf', issuer: limited, extensions: [usage(1)] })
      expect(fault(own, { pool: [limited.der] })).toBe('name_constraints')
    }
  })

  it('by SHA-1', () => {
    const old = made({ name: 'Old', alg: 'RS256', extensions: [authority(), usage(...CA_USES)] })
    const signature = { identifier: sequence(oid(OID.sha1WithRsa), nil()), hash: 'sha1' }
    const own = made({ name: 'Leaf', issuer: old, extensions: [usage(1)], signature })
    expect(fault(own, { pool: [], anchors: [old.der] })).toBe('weak_algorithm')
  })

  it('by an algorithm that nobody here knows', () => {
    const signature = { identifier: sequence(oid('1.2.3.4.5')), hash: 'sha256' }
    expect(fault(leaf({ signature }))).toBe('algorithm_unsupported')
  })

  it('out of a ring, and not for a thousand names that are the same', () => {
    const ring = ca('Ring')
    const turned = ca('Ring', ring)
    const own = made({ name: 'Leaf', issuer: turned, extensions: [usage(1)] })
    expect(fault(own, { pool: [ring.der, turned.der] })).not.toBe('a path')
    const crowd = Array.from({ length: 200 }, () => ca('Middle').der)
    expect(fault(leaf(), { pool: crowd })).toBe('signature_invalid')
  })
})

describe('what a certificate is for', () => {
  const stamping = [usage(0), extendedUsage(true, OID.timeStamping)]
  const used = (extensions: readonly Buffer[]) => leaf({ extensions: [...extensions] })

  it.each([
    ['signing', [usage(1)], 'a path'],
    ['signing', [usage(0)], 'a path'],
    ['signing', [], 'a path'],
    ['signing', [usage(2)], 'key_usage'],
    ['signing', [usage(1), extendedUsage(false, '1.3.6.1.5.5.7.3.36')], 'a path'],
    ['signing', [usage(1), extendedUsage(true, OID.timeStamping)], 'extended_key_usage'],
    ['signing', [usage(1), extendedUsage(false, OID.ocspSigning)], 'extended_key_usage'],
    ['timestamping', stamping, 'a path'],
    ['timestamping', [usage(0)], 'extended_key_usage'],
    ['timestamping', [usage(0), extendedUsage(false, OID.timeStamping)], 'extended_key_usage'],
    [
      'timestamping',
      [usage(0), extendedUsage(true, OID.timeStamping, OID.ocspSigning)],
      'extended_key_usage',
    ],
    ['timestamping', [usage(4), extendedUsage(true, OID.timeStamping)], 'key_usage'],
    ['ocsp', [usage(0), extendedUsage(false, OID.ocspSigning)], 'a path'],
    ['ocsp', [usage(0)], 'extended_key_usage'],
    ['any', [usage(5)], 'a path'],
  ] as const)('%s %#: %j', (purpose, extensions, expected) => {
    expect(fault(used(extensions), { purpose })).toBe(expected)
  })

  it('a policy that is demanded must be named', () => {
    const named = extension(OID.certificatePolicies, sequence(sequence(oid('2.999.1'))))
    const own = leaf({ extensions: [usage(1), named] })
    expect(fault(own, { policies: ['2.999.2', '2.999.1'] })).toBe('a path')
    expect(fault(own, { policies: ['2.999.2'] })).toBe('policy')
    expect(fault(leaf(), { policies: ['2.999.1'] })).toBe('policy')
  })

  it('an extension that cannot be read refuses', () => {
    const broken = extension(OID.keyUsage, octetString(Buffer.of(1)), true)
    expect(fault(leaf({ extensions: [broken] }))).toBe('malformed')
  })
})
