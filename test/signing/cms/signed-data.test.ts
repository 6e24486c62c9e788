import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from '../../../src/ports/signer.ts'
import { checkSigner } from '../../../src/signing/cms/check-signer.ts'
import { readSignedData, withoutPadding } from '../../../src/signing/cms/read-signed-data.ts'
import { signedAttributes, signedData } from '../../../src/signing/cms/signed-data.ts'
import { childrenOf, only } from '../../../src/signing/der/read.ts'
import { OID } from '../../../src/signing/x509/oids.ts'
import { made, usage } from '../../support/made-certificates.ts'
import { opensslBench, pem, type Bench } from '../../support/openssl.ts'
import { requires } from '../../support/skips.ts'

const CONTENT = Buffer.from('what the byte range covers')
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
const contentHash = () => sha256(CONTENT)

async function signature(alg: SigningAlgorithm, timestampToken?: Uint8Array) {
  const own = made({ name: 'Signer', alg, extensions: [usage(1)] })
  const other = made({ name: 'Another', alg: 'ES256' })
  const attributes = signedAttributes({ algorithm: 'SHA-256', value: contentHash() }, own.der)
  const cms = signedData({
    alg,
    digestAlgorithm: 'SHA-256',
    attributes,
    signature: await own.signer().sign(attributes),
    certificates: [own.der, other.der],
    timestampToken,
  })
  return { own, other, attributes, cms: Buffer.from(cms) }
}

describe.each(SIGNING_ALGORITHMS)('a signature by %s', (alg) => {
  it('is read as it was written, and holds', async () => {
    const { cms, own, other } = await signature(alg)
    const signed = readSignedData(cms)
    expect(signed.contentType).toBe(OID.data)
    expect(signed.content).toBeUndefined()
    expect(checkSigner(signed, contentHash)).toMatchObject({
      fault: undefined,
      reference: 'v2',
      hash: 'SHA-256',
      certificate: { der: own.der },
    })
    // Embedded as they are, octet by octet.
    expect(signed.certificates.some((der) => der.equals(own.der))).toBe(true)
    expect(signed.certificates.some((der) => der.equals(other.der))).toBe(true)
  })

  it('does not hold for anything else', async () => {
    const { cms } = await signature(alg)
    const signed = readSignedData(cms)
    expect(checkSigner(signed, () => sha256(Buffer.of(1))).fault).toBe('digest_mismatch')
    const broken = Buffer.from(cms)
    broken[broken.length - 3] = (broken[broken.length - 3] ?? 0) ^ 1
    expect(checkSigner(readSignedData(broken), contentHash).fault).toBe('signature_invalid')
  })
})

describe('the signed attributes of a PAdES baseline signature', () => {
  it('are content-type, message-digest and signing-certificate-v2, in order, and no time', async () => {
    const { cms, attributes } = await signature('ES256')
    const { signer } = readSignedData(cms)
    expect([...signer.signed.keys()].toSorted()).toEqual(
      [OID.contentType, OID.messageDigest, OID.signingCertificateV2].toSorted(),
    )
    expect(signer.isInOrder).toBe(true)
    expect(signer.signedBytes.equals(Buffer.from(attributes))).toBe(true)
    const items = childrenOf(only(attributes)).map(({ bytes }) => bytes)
    expect(items).toEqual(items.toSorted(Buffer.compare))
  })

  it('name the certificate by its SHA-256, without the default hash being written', async () => {
    const { own, attributes } = await signature('ES256')
    const hash = sha256(own.der)
    // SEQUENCE { SEQUENCE { SEQUENCE { OCTET STRING } } }: RFC 5035 section 3.
    const expected = Buffer.concat([Buffer.from('30263024302204', 'hex'), Buffer.of(32), hash])
    expect(Buffer.from(attributes).includes(expected)).toBe(true)
  })

  it('another certificate in the place of the signer is found out', async () => {
    const { own, other, attributes } = await signature('ES256')
    const forged = Buffer.from(attributes)
    const at = forged.indexOf(sha256(own.der))
    sha256(other.der).copy(forged, at)
    const cms = signedData({
      alg: 'ES256',
      digestAlgorithm: 'SHA-256',
      attributes: forged,
      signature: await own.signer().sign(forged),
      certificates: [own.der],
    })
    expect(checkSigner(readSignedData(cms), contentHash).fault).toBe('certificate_mismatch')
  })
})

describe('what is not a signature of ours', () => {
  it('is refused when its hash and the signing hash would differ', async () => {
    const { own, attributes } = await signature('ES256')
    const input = {
      alg: 'ES256',
      attributes,
      signature: Buffer.of(1),
      certificates: [own.der],
    } as const
    expect(() => signedData({ ...input, digestAlgorithm: 'SHA-512' })).toThrow(RangeError)
    const none = { ...input, digestAlgorithm: 'SHA-256', certificates: [] } as const
    expect(() => signedData(none)).toThrow(RangeError)
  })

  it('only zeros may follow in /Contents', async () => {
    const { cms } = await signature('ES256')
    expect(withoutPadding(Buffer.concat([cms, Buffer.alloc(100)])).equals(cms)).toBe(true)
    const dirty = Buffer.concat([cms, Buffer.alloc(10), Buffer.of(1), Buffer.alloc(10)])
    expect(() => withoutPadding(dirty)).toThrow('zeros')
  })

  it('a time stamp stands among the attributes that are not signed', async () => {
    const token = Buffer.from('3003020101', 'hex')
    const { signer } = readSignedData((await signature('ES256', token)).cms)
    expect(signer.unsigned.get(OID.timeStampToken)?.map(({ bytes }) => bytes)).toEqual([token])
  })
})

requires('openssl')('openssl looks at it', () => {
  let bench: Bench
  beforeAll(async () => {
    bench = await opensslBench()
    await bench.put('content', CONTENT)
  })
  afterAll(() => bench.close())

  it.each(SIGNING_ALGORITHMS)('and verifies a CAdES signature by %s', async (alg) => {
    const { cms, own } = await signature(alg)
    await bench.put('cms.der', cms)
    await bench.put('own.pem', pem(own.der))
    const verify = ['cms', '-verify', '-cades', '-binary', '-inform', 'DER', '-in', 'cms.der']
    const trust = ['-CAfile', 'own.pem', '-purpose', 'any', '-out', 'out']
    const good = await bench.openssl(...verify, '-content', 'content', ...trust)
    expect(good).toMatchObject({ ok: true, text: expect.stringContaining('successful') })
    await bench.put('other', 'something else')
    const bad = await bench.openssl(...verify, '-content', 'other', ...trust)
    expect(bad.ok).toBe(false)
  })

  it.each(SIGNING_ALGORITHMS)('and finds DER and the right identifiers for %s', async (alg) => {
    const { cms } = await signature(alg)
    await bench.put('cms.der', cms)
    const { ok, text } = await bench.openssl(
      'cms',
      '-cmsout',
      '-print',
      '-inform',
      'DER',
      '-in',
      'cms.der',
    )
    expect(ok).toBe(true)
    expect(text).not.toContain('signingTime')
    expect(text).toContain('id-smime-aa-signingCertificateV2')
    const signing = text.slice(text.indexOf('signatureAlgorithm', text.indexOf('signedAttrs')))
    expect(signing).toMatch(IDENTIFIERS[alg])
    // Encoded anew by openssl, octet by octet the same: it was DER.
    await bench.openssl(
      'cms',
      '-cmsout',
      '-inform',
      'DER',
      '-in',
      'cms.der',
      '-outform',
      'DER',
      '-out',
      'again.der',
    )
    const parsed = await bench.openssl('asn1parse', '-inform', 'DER', '-in', 'again.der')
    const original = await bench.openssl('asn1parse', '-inform', 'DER', '-in', 'cms.der')
    expect(parsed.text).toBe(original.text)
  })
})

const IDENTIFIERS: Readonly<Record<SigningAlgorithm, RegExp>> = {
  ES256: /ecdsa-with-SHA256[^]*parameter: <ABSENT>/,
  RS256: /sha256WithRSAEncryption[^]*parameter: NULL/,
  PS256: /rsassaPss[^]*parameter: SEQUENCE:/,
}
