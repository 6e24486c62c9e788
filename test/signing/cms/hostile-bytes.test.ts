import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { authorities, type Authorities } from '../../../sandbox/pki/authority.ts'
import { crl } from '../../../sandbox/pki/crl.ts'
import { ocspAnswer } from '../../../sandbox/pki/ocsp.ts'
import { register } from '../../../sandbox/pki/register.ts'
import { stampAnswer } from '../../../sandbox/pki/tsa.ts'
import { checkSigner } from '../../../src/signing/cms/check-signer.ts'
import { readSignedData, withoutPadding } from '../../../src/signing/cms/read-signed-data.ts'
import { signedAttributes, signedData } from '../../../src/signing/cms/signed-data.ts'
import {
  checkTimestampToken,
  readTimestampResponse,
  readTimestampToken,
  timestampRequest,
} from '../../../src/signing/cms/timestamp-token.ts'
import { Malformed } from '../../../src/signing/der/malformed.ts'
import { cursor, oidOf, timeOf } from '../../../src/signing/der/read.ts'
import { oid, sequence, tlv } from '../../../src/signing/der/write.ts'
import { readCertificate } from '../../../src/signing/x509/certificate.ts'
import { judgeCrl, readCrl } from '../../../src/signing/x509/crl.ts'
import { judgeOcsp } from '../../../src/signing/x509/judge-ocsp.ts'
import { ocspRequest, readOcspResponse } from '../../../src/signing/x509/ocsp.ts'
import { readCertificateRequest } from '../../../src/signing/x509/read-request.ts'
import { made } from '../../support/made-certificates.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
const DIGEST = { algorithm: 'SHA-256', value: sha256(Buffer.of(1)) } as const

/** Reads and checks, however far that goes. */
type Reader = (bytes: Uint8Array) => unknown

interface Specimen {
  readonly bytes: Buffer
  readonly read: Reader
}

let specimens: Readonly<Record<string, Specimen>>

beforeAll(async () => {
  const book = register(undefined)
  const world: Authorities = authorities(book, 'P-256', 'http://localhost:1')
  const issuer = readCertificate(world.issuing.der)
  const own = made({ name: 'Signer' })
  const attributes = signedAttributes(DIGEST, own.der)
  const signature = await own.signer().sign(attributes)
  const token = stampAnswer(Buffer.from(timestampRequest({ digest: DIGEST })), world, 'none')
  const answer = readTimestampResponse(token)
  const tokenDer = answer.kind === 'granted' ? answer.token : Buffer.alloc(0)
  const ocsp = ocspAnswer(ocspRequest(readCertificate(world.tsa.der), issuer), world, book, 'none')
  const list = crl(world.issuing, { entries: [], number: 1, thisUpdate: Date.now() })
  const question = { certificate: readCertificate(world.tsa.der), issuer, at: Date.now() }
  const cms = signedData({
    alg: 'ES256',
    digestAlgorithm: 'SHA-256',
    attributes,
    signature,
    certificates: [own.der],
    timestampToken: tokenDer,
  })
  specimens = {
    signature: {
      bytes: Buffer.from(cms),
      read: (bytes) => checkSigner(readSignedData(withoutPadding(bytes)), () => DIGEST.value),
    },
    'time stamp response': { bytes: token, read: readTimestampResponse },
    'time stamp': {
      bytes: tokenDer,
      read: (bytes) =>
        checkTimestampToken(readTimestampToken(bytes), { digestOf: () => DIGEST.value }),
    },
    'OCSP response': {
      bytes: ocsp,
      read: (bytes) => {
        const response = readOcspResponse(bytes)
        return response && judgeOcsp(response, question)
      },
    },
    CRL: { bytes: list, read: (bytes) => judgeCrl(readCrl(bytes), question) },
    certificate: { bytes: world.tsa.der, read: readCertificate },
    request: { bytes: Buffer.alloc(100), read: readCertificateRequest },
  }
})

const KINDS = [
  'signature',
  'time stamp response',
  'time stamp',
  'OCSP response',
  'CRL',
  'certificate',
  'request',
] as const

/** Undefined: it was read. Everything but `Malformed` falls through. */
function refusal(read: Reader, bytes: Uint8Array): Malformed | undefined {
  try {
    read(bytes)
    return undefined
  } catch (error) {
    if (error instanceof Malformed) return error
    throw error
  }
}

describe.each(KINDS)('hostile bytes in the place of a %s', (kind) => {
  const specimen = () => specimens[kind]!

  it('never do anything but be refused: any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(refusal(specimen().read, bytes)).toBeInstanceOf(Malformed)
      }),
      { numRuns: 300 },
    )
  })

  it('never do anything but be refused: some octets changed', () => {
    const { bytes, read } = specimen()
    const change = fc.record({ at: fc.nat(bytes.length - 1), to: fc.nat(255) })
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const copy = Buffer.from(bytes)
        for (const { at, to } of changes) copy[at] = to
        refusal(read, copy)
      }),
      { numRuns: 600 },
    )
  })

  it('never do anything but be refused: cut off anywhere', () => {
    const { bytes, read } = specimen()
    for (let length = 0; length < bytes.length; length += 7) {
      expect(refusal(read, bytes.subarray(0, length))).toBeInstanceOf(Malformed)
    }
  })

  it('never do anything but be refused: something follows', () => {
    const { bytes, read } = specimen()
    expect(refusal(read, Buffer.concat([bytes, Buffer.of(5, 0)]))).toBeInstanceOf(Malformed)
  })
})

describe('a signature with any one octet changed', () => {
  it('does not hold, or says what it said', () => {
    const { bytes, read } = specimens['signature']!
    // From the attributes that are not signed on, changes change nothing about the signature.
    const end = bytes.indexOf(oid('1.2.840.113549.1.9.16.2.14'))
    fc.assert(
      fc.property(fc.nat(end - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const copy = Buffer.from(bytes)
        copy[at] = (copy[at] ?? 0) ^ mask
        const was = read(bytes) as ReturnType<typeof checkSigner>
        let now: ReturnType<typeof checkSigner>
        try {
          now = read(copy) as ReturnType<typeof checkSigner>
        } catch (error) {
          expect(error).toBeInstanceOf(Malformed)
          return
        }
        if (now.fault === undefined) expect(now.certificate?.der).toEqual(was.certificate?.der)
      }),
      { numRuns: 1500 },
    )
  })
})

describe('DER is demanded', () => {
  it.each([
    ['indefinite length', '30800000'],
    ['a length that is not the shortest', '308103020101'],
    ['a length of five octets', '30850000000001'],
    ['a high tag number', '1f8101000000'],
    ['longer than its surroundings', '3004020101'],
  ])('%s is refused', (_, hex) => {
    expect(() => cursor(Buffer.from(hex, 'hex')).next()).toThrow(Malformed)
  })

  it('depth costs nothing: nobody goes further in than the structure does', () => {
    let nest: Buffer = Buffer.from(sequence())
    for (let depth = 0; depth < 5_000; depth += 1) nest = sequence(nest)
    for (const kind of KINDS) {
      expect(refusal(specimens[kind]!.read, nest)).toBeInstanceOf(Malformed)
    }
  })

  it('object identifiers come back as they went in', () => {
    const arc = fc.bigInt({ min: 0n, max: 2n ** 70n })
    const dotted = fc
      .tuple(
        fc.constantFrom(0n, 1n, 2n),
        fc.bigInt({ min: 0n, max: 39n }),
        fc.array(arc, { maxLength: 4 }),
      )
      .map(([top, second, rest]) => [top, second, ...rest].join('.'))
    fc.assert(
      fc.property(dotted, (text) => {
        expect(oidOf(cursor(oid(text)).next())).toBe(text)
      }),
    )
  })

  it.each(['261301000000Z', '260230000000Z', '260101240000Z', '2601010000Z', '260101000000+0330'])(
    'there is no time %s',
    (text) => {
      const element = cursor(tlv(0x17, Buffer.from(text))).next()
      expect(() => timeOf(element)).toThrow(Malformed)
    },
  )
})
