import type { Ports } from '../../src/ports/index.ts'
import type { SigningServices } from '../../src/ports/signing-services.ts'

/** What this rung needs of the world; without the means to sign it is not in the ladder. */
export type SignatureNeeds = Pick<
  Ports,
  | 'activations'
  | 'authenticatorModels'
  | 'authenticators'
  | 'citizenNotices'
  | 'clients'
  | 'clock'
  | 'documents'
  | 'events'
  | 'evidence'
  | 'identities'
  | 'limiter'
  | 'paper'
  | 'random'
  | 'seals'
  | 'secrets'
  | 'signatureRequests'
  | 'signingCredentials'
> & { readonly signing: SigningServices }
