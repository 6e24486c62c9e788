import type { Ports } from '../../../ports/index.ts'
import type { SigningServices } from '../../../ports/signing-services.ts'
import type { PdfInspector } from '../../../signing/inspect/inspector.ts'
import type { SignatureActivation } from '../../../signing/sam.ts'
import type { Caller, CallerOf } from '../needs.ts'

export interface CscNeeds {
  readonly ports: Pick<
    Ports,
    'activations' | 'clock' | 'events' | 'limiter' | 'random' | 'signingCredentials' | 'steps'
  >
  readonly bearer: CallerOf
  /** The only way to people's keys. */
  readonly sam: Pick<SignatureActivation, 'objects' | 'signDigest' | 'signForm' | 'signsDigests'>
  readonly signing: Pick<SigningServices, 'timestamps' | 'revocation' | 'anchors' | 'writer'>
  readonly inspector: Pick<PdfInspector, 'inspect'>
  readonly issuer: string
  /** Shown in `info`. */
  readonly about: { readonly name: string; readonly logo: string; readonly region: string }
}

/** Who calls for a person. */
export interface Person extends Caller {
  readonly subjectId: string
}

export interface ActivatedCredential {
  readonly credentialId: string
  readonly activationId: string
}

/** What the token lets its bearer sign with: the `credential` detail (RFC 9396), as level 4 has enriched it. */
export function activatedIn({ details = [] }: Caller): ActivatedCredential | undefined {
  for (const { type, credentialID, activation } of details)
    if (type === 'credential' && typeof credentialID === 'string' && typeof activation === 'string')
      return { credentialId: credentialID, activationId: activation }
  return undefined
}
