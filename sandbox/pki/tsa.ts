import { createHash, randomBytes } from 'node:crypto'
import { STAMPING_POLICY, type Authorities, type Member } from './authority.ts'
import { partsOf } from './certificate.ts'
import {
  at,
  bitString,
  explicit,
  generalizedTime,
  integer,
  nodes,
  octetString,
  oid,
  sequence,
  setOf,
  tlv,
} from './der.ts'
import type { FaultKind } from './faults.ts'

const SHA256 = sequence(oid('2.16.840.1.101.3.4.2.1'))
const TST_INFO = '1.2.840.113549.1.9.16.1.4'

/** PKIStatus rejection with badRequest or systemFailure (RFC 3161 section 2.4.2). */
const refusal = (octets: readonly number[], unused: number) =>
  sequence(sequence(integer(2), bitString(Uint8Array.from(octets), unused)))
export const badRequest = () => refusal([0x20], 5)
const systemFailure = () => refusal([0, 0, 0, 0x40], 6)

/** DER TimeStampResp to a DER TimeStampReq. Throws for what is no request. */
export function stampAnswer(
  request: Uint8Array,
  { tsa, issuing, impostor }: Authorities,
  fault: FaultKind,
): Buffer {
  if (fault === 'rejected') return systemFailure()
  const [version, imprint, ...rest] = nodes(at(request, 0).content)
  if (version?.tag !== 0x02 || imprint?.tag !== 0x30) return badRequest()
  const nonce = rest.find(({ tag }) => tag === 0x02)?.bytes
  const wantsCertificate = rest.some(({ tag, content }) => tag === 0x01 && content[0] === 255)
  const info = sequence(
    integer(1),
    oid(STAMPING_POLICY),
    fault === 'wrong_imprint' ? otherImprint() : imprint.bytes,
    integer(randomBytes(16)),
    generalizedTime(Date.now() + (fault === 'past' ? -365 * 86_400_000 : 0)),
    ...(fault === 'wrong_nonce' ? [integer(randomBytes(8))] : nonce === undefined ? [] : [nonce]),
  )
  const signer = fault === 'wrong_certificate' ? impostor : tsa
  const certificates = wantsCertificate ? [signer.der, issuing.der] : []
  return sequence(sequence(integer(0)), token(info, signer, certificates))
}

const otherImprint = () => sequence(SHA256, octetString(randomBytes(32)))

const attribute = (type: string, value: Uint8Array) => sequence(oid(type), setOf(value))
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()

/** DER TimeStampToken: a SignedData over the TSTInfo, with the ESS reference (RFC 5816). */
function token(info: Buffer, { der, key }: Member, certificates: readonly Buffer[]): Buffer {
  const attributes = setOf(
    attribute('1.2.840.113549.1.9.3', oid(TST_INFO)),
    attribute('1.2.840.113549.1.9.4', octetString(sha256(info))),
    attribute('1.2.840.113549.1.9.16.2.47', sequence(sequence(sequence(octetString(sha256(der)))))),
  )
  const { issuer, serialNumber } = partsOf(der)
  const signer = sequence(
    integer(1),
    sequence(issuer, tlv(0x02, serialNumber)),
    SHA256,
    tlv(0xa0, ...nodes(attributes).map(({ content }) => content)),
    key.algorithm,
    octetString(key.sign(attributes)),
  )
  const signed = sequence(
    integer(3),
    setOf(SHA256),
    sequence(oid(TST_INFO), explicit(0, octetString(info))),
    ...(certificates.length === 0 ? [] : [tlv(0xa0, ...certificates.toSorted(Buffer.compare))]),
    setOf(signer),
  )
  return sequence(oid('1.2.840.113549.1.7.2'), explicit(0, signed))
}
