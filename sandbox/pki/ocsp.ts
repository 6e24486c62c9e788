import { createHash } from 'node:crypto'
import type { Authorities, Member } from './authority.ts'
import { extension, partsOf } from './certificate.ts'
import {
  at,
  bitString,
  dotted,
  enumerated,
  explicit,
  generalizedTime,
  nodes,
  octetString,
  oid,
  sequence,
  tlv,
} from './der.ts'
import type { FaultKind } from './faults.ts'
import type { Register } from './register.ts'

const HOUR_MS = 3_600_000
const HASHES: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
}
const NONCE = '1.3.6.1.5.5.7.48.1.2'

/** OCSPResponseStatus without a response (RFC 6960 section 4.2.1). */
export const refusal = (status: number) => sequence(enumerated(status))

/** DER OCSPResponse to a DER OCSPRequest. Throws for what is no request. */
export function ocspAnswer(
  request: Uint8Array,
  { root, issuing, ocsp, rootOcsp = root, impostor }: Authorities,
  book: Register,
  fault: FaultKind,
): Buffer {
  if (fault === 'try_later') return refusal(3)
  const tbs = at(request, 0, 0).content
  const list = nodes(tbs).find(({ tag }) => tag === 0x30)
  if (list === undefined) return refusal(1)
  const certificateId = at(list.content, 0, 0).bytes
  const issuer = [issuing, root].find((one) => isIssuer(certificateId, one))
  if (issuer === undefined) return refusal(6)
  const responder = fault === 'unauthorized' ? impostor : issuer === root ? rootOcsp : ocsp
  return response(responder, {
    single: single(certificateId, stateOf(certificateId, issuer === root, book, fault), fault),
    nonce: nonceOf(tbs),
    isDelegated: responder !== root,
  })
}

function isIssuer(certificateId: Uint8Array, { subject, key }: Member): boolean {
  const [algorithm, nameHash, keyHash] = nodes(at(certificateId, 0).content)
  if (!algorithm || !nameHash || !keyHash) return false
  const hash = HASHES[dotted(at(algorithm.content, 0).content)]
  if (hash === undefined) return false
  const own = (bytes: Uint8Array) => createHash(hash).update(bytes).digest()
  const keyBits = at(key.publicKey, 0, 1).content.subarray(1)
  return nameHash.content.equals(own(subject)) && keyHash.content.equals(own(keyBits))
}

/** What nobody issued is not good: it is unknown. The root's children are few and never revoked here. */
function stateOf(
  certificateId: Uint8Array,
  isOfRoot: boolean,
  book: Register,
  fault: FaultKind,
): Buffer {
  const serialNumber = at(certificateId, 0, 3).content.toString('hex')
  const entry = book.find(serialNumber)
  if (fault === 'revoked') return revoked(Date.now() - 60_000, 1)
  if (fault === 'unknown' || (entry === undefined && !isOfRoot && !book.isOwn(serialNumber))) {
    return tlv(0x82)
  }
  if (entry?.revokedAt === undefined) return tlv(0x80)
  return revoked(entry.revokedAt, entry.reason ?? 0)
}

const revoked = (atMs: number, reason: number) =>
  tlv(0xa1, generalizedTime(atMs), ...(reason === 0 ? [] : [explicit(0, enumerated(reason))]))

function single(certificateId: Buffer, state: Buffer, fault: FaultKind): Buffer {
  const thisUpdate = Date.now() - (fault === 'expired' ? 48 * HOUR_MS : 0)
  return sequence(
    certificateId,
    state,
    generalizedTime(thisUpdate),
    explicit(0, generalizedTime(thisUpdate + HOUR_MS)),
  )
}

function nonceOf(tbs: Uint8Array): Uint8Array | undefined {
  const wrapper = nodes(tbs).find(({ tag }) => tag === 0xa2)
  const extensions = wrapper === undefined ? [] : nodes(at(wrapper.content, 0).content)
  const found = extensions.find(({ content }) => dotted(at(content, 0).content) === NONCE)
  return found && nodes(found.content).at(-1)?.content
}

interface Content {
  readonly single: Buffer
  readonly nonce: Uint8Array | undefined
  readonly isDelegated: boolean
}

function response({ der, key }: Member, { single, nonce, isDelegated }: Content): Buffer {
  const body = sequence(
    explicit(2, octetString(key.keyId)),
    generalizedTime(Date.now()),
    sequence(single),
    ...(nonce === undefined ? [] : [explicit(1, sequence(extension(NONCE, nonce)))]),
  )
  const basic = sequence(
    body,
    key.algorithm,
    bitString(key.sign(body)),
    ...(isDelegated ? [explicit(0, sequence(der))] : []),
  )
  return sequence(
    enumerated(0),
    explicit(0, sequence(oid('1.3.6.1.5.5.7.48.1.1'), octetString(basic))),
  )
}

/** The serial number of a certificate in hexadecimal digits, as the register has it. */
export const serialOf = (der: Uint8Array) => partsOf(der).serialNumber.toString('hex')
