import { Declined } from '../errors.ts'
import type { CertificateAuthority, CertificateProfile } from '../ports/certificate-authority.ts'
import type { Clock } from '../ports/clock.ts'
import type { KeyStore } from '../ports/key-store.ts'
import type { SigningAlgorithm } from '../ports/signer.ts'
import { purposeFault } from './certificate-purpose.ts'
import { certificateRequest } from './x509/certificate-request.ts'
import { readableCertificate, type Certificate } from './x509/certificate.ts'
import { readName } from './x509/name.ts'

export interface CertifyingPorts {
  readonly authority: CertificateAuthority
  readonly clock: Clock
  readonly keys: KeyStore
}

export interface Certifying {
  readonly key: { readonly id: string; readonly publicKey: Uint8Array }
  readonly alg: SigningAlgorithm
  /** DER Name. */
  readonly subject: Buffer
  readonly profile: CertificateProfile
  /** DER PKCS#10, of this key and for this subject: one that was sent before. */
  readonly request?: Uint8Array
}

export interface Certified {
  /** DER, as the authority gave it. */
  readonly chain: readonly Uint8Array[]
  readonly own: Certificate
}

/** The chain for a new key, of which the first says what was asked for. Throws `UpstreamUnavailable` when the
 *  authority or the key store is away, or when the authority certifies something else. */
export async function certified(
  { authority, clock, keys }: CertifyingPorts,
  { key, alg, subject, profile, request: sent }: Certifying,
): Promise<Certified> {
  const request = sent ?? (await requestOf(keys, { key, alg, subject }))
  const chain = await authority.enrol(request, profile)
  const own = readableCertificate(Buffer.from(chain[0] ?? []))
  if (own === undefined) throw refused('it issued nothing that is a certificate')
  const fault = faultOf(own, { subject, publicKey: key.publicKey, now: clock.now() })
  if (fault === undefined) return { chain, own }
  await takenBack(authority, own)
  throw refused(fault)
}

/** DER PKCS#10. */
export function requestOf(
  keys: KeyStore,
  { key, alg, subject }: Pick<Certifying, 'key' | 'alg' | 'subject'>,
): Promise<Uint8Array> {
  return certificateRequest(subject, key.publicKey, keys.signer(key.id, alg, []))
}

/** A certificate that nobody will ever use. The failure that led here says more than one of this. */
export async function takenBack(
  authority: CertificateAuthority,
  { der }: { readonly der: Uint8Array },
): Promise<void> {
  await authority.revoke(der, 'cessation_of_operation').catch(() => undefined)
}

/** Runs `step`; when it fails there is no key any more. One that cannot be destroyed now has no certificate, and
 *  nobody knows its name. */
export async function orNoKey<Value>(
  keys: KeyStore,
  keyId: string,
  step: () => Promise<Value>,
): Promise<Value> {
  try {
    return await step()
  } catch (error) {
    await keys.destroy(keyId).catch(() => undefined)
    throw error
  }
}

interface Asked {
  readonly subject: Buffer
  readonly publicKey: Uint8Array
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** An authority that certifies something else is worse than one that is away. */
function faultOf(own: Certificate, { subject, publicKey, now }: Asked): string | undefined {
  if (!own.publicKeyInfo.equals(publicKey)) return 'its certificate is for another key'
  if (!isNamed(own, subject)) return 'its certificate is for another name'
  if (own.notAfter <= now) return 'its certificate is over already'
  if (purposeFault(own, 'signing') !== undefined) return 'its certificate is not for signing'
  return undefined
}

/** An authority may add to a name (an organisation, say), and leave out nothing. */
function isNamed(own: Certificate, subject: Buffer): boolean {
  const given = readName(own.subject)
  return readName(subject).every(({ type, value }) =>
    given.some((one) => one.type === type && one.value === value),
  )
}

const refused = (why: string) => new Declined('ca', why)
