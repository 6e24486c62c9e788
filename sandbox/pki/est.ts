import { createPublicKey, verify, constants } from 'node:crypto'
import type { Authorities } from './authority.ts'
import { at, dotted, explicit, integer, nodes, oid, sequence, setOf, tlv } from './der.ts'

/** What people and organisations may be called here; the authority copies nothing else into a certificate. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.10': 'O',
  '2.5.4.42': 'GN',
  '2.5.4.97': 'organizationIdentifier',
}

export interface Enrolment {
  /** DER Name. */
  readonly subject: Buffer
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Buffer
  /** For people who look: the common name. */
  readonly name: string
  /** Of a legal person, for its seal. */
  readonly isSeal: boolean
}

/** ETSI EN 319 412-1 section 5.1.4: what kind of number, the country, a hyphen, the number. */
const LEGAL_PERSON = /^(NTR|VAT|LEI|PSD|[A-Z]{2}:)[A-Z]{2}-\S{1,50}$/

/** A PKCS#10 request (RFC 2986) that its own key has signed; undefined when it is none, or asks for a name that
 *  this authority does not give. */
export function enrolment(request: Uint8Array): Enrolment | undefined {
  try {
    const [info, algorithm, signature] = nodes(at(request, 0).content)
    if (info === undefined || algorithm === undefined || signature === undefined) return undefined
    const [, subject, publicKey] = nodes(info.content)
    if (subject === undefined || publicKey === undefined) return undefined
    if (!isSigned(info.bytes, algorithm.content, publicKey.bytes, signature.content.subarray(1))) {
      return undefined
    }
    const parts = nodes(subject.content).map((rdn) => nodes(at(rdn.content, 0).content))
    const named = parts.map(([type, value]) => ({
      type: ATTRIBUTES[dotted(type?.content ?? Buffer.alloc(0))],
      value: value?.content.toString('utf8') ?? '',
    }))
    const common = named.find(({ type }) => type === 'CN')?.value
    if (common === undefined || named.some(({ type }) => type === undefined)) return undefined
    const has = (wanted: string) => named.some(({ type }) => type === wanted)
    const isSeal = has('organizationIdentifier') && !PERSON.some(has)
    if (isSeal && !isLegalPerson(named)) return undefined
    return { subject: subject.bytes, publicKey: publicKey.bytes, name: common, isSeal }
  } catch {
    return undefined
  }
}

/** What only natural persons have in their names (ETSI EN 319 412-2 section 4.2.4). */
const PERSON = ['SN', 'GN', 'serialNumber']

/** ETSI EN 319 412-3 section 4.2.1: country, organisation, its identifier and a common name. */
function isLegalPerson(named: readonly { type?: string; value: string }[]): boolean {
  const value = (wanted: string) => named.find(({ type }) => type === wanted)?.value ?? ''
  const identifier = value('organizationIdentifier')
  return value('O') !== '' && value('C') !== '' && LEGAL_PERSON.test(identifier)
}

const PSS = '1.2.840.113549.1.1.10'

function isSigned(info: Buffer, algorithm: Buffer, publicKey: Buffer, signature: Buffer): boolean {
  const key = createPublicKey({ key: publicKey, format: 'der', type: 'spki' })
  const isPss = dotted(at(algorithm, 0).content) === PSS
  const options = isPss ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } : {}
  return verify('sha256', info, { key, ...options }, signature)
}

/** Certificates alone, as EST hands them over (RFC 7030 section 4.1.3): a SignedData that nobody signed, in
 *  base64. */
export function certificateBag(certificates: readonly Buffer[]): string {
  const signed = sequence(
    integer(1),
    setOf(),
    sequence(oid('1.2.840.113549.1.7.1')),
    tlv(0xa0, ...certificates.toSorted(Buffer.compare)),
    setOf(),
  )
  const bag = sequence(oid('1.2.840.113549.1.7.2'), explicit(0, signed))
  return bag.toString('base64').replaceAll(/.{76}/g, '$&\n')
}

export const trustBag = ({ root, issuing }: Authorities) => certificateBag([root.der, issuing.der])
