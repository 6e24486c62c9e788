import type { RevocationReason } from '../../ports/revocation-checker.ts'
import type { SigningCredential } from '../../ports/signing-credential-store.ts'
import { readableCertificate } from '../../signing/x509/certificate.ts'
import { attributeOf } from '../../signing/x509/name.ts'
import { OID } from '../../signing/x509/oids.ts'
import type { AccountNeeds, AccountPorts } from './needs.ts'

/** A certificate as its owner sees it. Times in milliseconds since the epoch. */
export interface OwnCertificate {
  readonly id: string
  readonly subject: string
  readonly issuer: string
  readonly createdAt: number
  readonly until: number
  readonly state: 'in_force' | 'expired' | 'revoked'
  readonly revokedAt?: number
  /** Passkeys that may say yes for it. */
  readonly passkeys: readonly { readonly createdAt: number; readonly lastUsedAt?: number }[]
}

const MOST = 20

/** Newest first. */
export async function certificatesOf(
  ports: Pick<AccountPorts, 'authenticators' | 'clock' | 'signingCredentials'>,
  subjectId: string,
): Promise<readonly OwnCertificate[]> {
  const all = await ports.signingCredentials.ofSubject(subjectId)
  const known = await ports.authenticators.ofSubject(subjectId)
  const byId = new Map(known.map((passkey) => [passkey.credentialId, passkey]))
  return all.slice(0, MOST).map((credential) => ({
    ...namesIn(credential),
    id: credential.id,
    createdAt: credential.createdAt,
    until: credential.expiresAt,
    state: stateOf(credential, ports.clock.now()),
    revokedAt: credential.revoked?.at,
    passkeys: credential.passkeys.flatMap((id) => byId.get(id) ?? []),
  }))
}

function stateOf({ revoked, expiresAt }: SigningCredential, now: number): OwnCertificate['state'] {
  if (revoked !== undefined) return 'revoked'
  return now < expiresAt ? 'in_force' : 'expired'
}

function namesIn({ certificateChain }: SigningCredential) {
  const own = readableCertificate(Buffer.from(certificateChain[0] ?? []))
  const nameOf = (name: Uint8Array | undefined) =>
    (name && (attributeOf(name, OID.commonName) ?? attributeOf(name, OID.organizationName))) ?? ''
  return { subject: nameOf(own?.subject), issuer: nameOf(own?.issuer) }
}

/** Why a person takes his certificates back, and what the authority is told (RFC 5280 section 5.3.1). */
export const REASONS = {
  lost_device: 'cessation_of_operation',
  not_me: 'key_compromise',
} as const satisfies Readonly<Record<string, RevocationReason>>
export type Reason = keyof typeof REASONS

export const isReason = (text: string | undefined): text is Reason =>
  text !== undefined && Object.hasOwn(REASONS, text)

/** `later`: nothing is signed with them any more, and the authority or the key store will be told when it is back. */
export type Revoked = 'none' | 'told' | 'later'

type Needs = Pick<AccountNeeds, 'revoke' | 'clientId'> & { readonly ports: AccountPorts }

/** Every certificate of the person that is in force goes, at once, with the passkeys that could say yes for it:
 *  whoever has the device has nothing. */
export async function revokeAll(
  { ports, revoke, clientId }: Needs,
  subjectId: string,
  { reason, requestId }: { readonly reason: Reason; readonly requestId?: string },
): Promise<Revoked> {
  const all = await ports.signingCredentials.ofSubject(subjectId)
  const living = all.filter(({ revoked }) => revoked === undefined)
  const about = { clientId, requestId }
  const told = await Promise.all(
    living.map((one) => revoke(one, REASONS[reason], { ...about, isOwnWord: true })),
  )
  const lost = new Set(living.flatMap(({ passkeys }) => passkeys))
  for (const id of lost) {
    await ports.authenticators.remove(subjectId, id)
    const at = ports.clock.now()
    await ports.events.record({ type: 'authenticator.removed', at, subjectId, ...about })
  }
  if (living.length === 0) return 'none'
  return told.every(Boolean) ? 'told' : 'later'
}
