import { UpstreamUnavailable } from '../../../errors.ts'
import type { SigningCredential } from '../../../ports/signing-credential-store.ts'
import type { NotSigned } from '../../../signing/sam.ts'
import type { credentialCalls } from './credentials.ts'
import { cscError, invalid, missing, type CscError } from './errors.ts'
import { activatedIn, type ActivatedCredential, type Person } from './needs.ts'

/** What a call signs with. */
export interface Key extends ActivatedCredential {
  readonly credential: SigningCredential
}

/** Section 8.3: what the token authorises. `token`: as it was shown; a SAD can be nothing else. */
export function keys({ own }: Pick<ReturnType<typeof credentialCalls>, 'own'>) {
  return async function keyFor(
    person: Person,
    asked: { readonly credentialID?: string; readonly SAD?: string },
    token: string,
  ): Promise<Key | CscError> {
    const granted = activatedIn(person)
    if (granted === undefined)
      return cscError('insufficient_scope', 'The access token authorizes no credential')
    if (asked.SAD !== undefined && asked.SAD !== token) return invalid('Invalid parameter SAD')
    if (asked.credentialID === undefined) return missing('string', 'credentialID')
    const { credentialId } = granted
    if (asked.credentialID !== credentialId) return invalid('Invalid parameter credentialID')
    const credential = await own(person, credentialId)
    return credential === undefined
      ? invalid('Invalid parameter credentialID')
      : { ...granted, credential }
  }
}

/** Why the signature activation module does not sign, by the standard's descriptions. */
export const REFUSED: Readonly<Record<NotSigned, CscError>> = {
  unknown: invalid('Invalid parameter SAD'),
  not_yours: cscError('access_denied', 'The authorization is for somebody else'),
  expired: invalid('SAD expired'),
  not_agreed: invalid('Hash is not authorized by the SAD'),
  spent: invalid('Hash is not authorized by the SAD: it was signed already'),
  no_credential: cscError('access_denied', 'The credential is revoked or has expired'),
  no_digests: invalid(
    'Invalid parameter credentialID: this key signs no finished hashes, use signatures/signDoc',
  ),
}

/** Who keeps keys or stamps is away: the caller may come again, with a new authorization for what was begun. */
export function outage(error: unknown): CscError {
  return error instanceof UpstreamUnavailable
    ? cscError('temporarily_unavailable', 'The keys or the time stamps are away')
    : cscError('server_error', 'Something went wrong here')
}
