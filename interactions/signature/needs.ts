import type { DocumentStore } from '../../src/ports/document-store.ts'
import type { Ports } from '../../src/ports/index.ts'
import type { SigningServices } from '../../src/ports/signing-services.ts'

/** What this rung needs of the world; without the means to sign it is not in the ladder. */
export type SignatureNeeds = Pick<
  Ports,
  | 'activations'
  | 'authenticators'
  | 'clients'
  | 'clock'
  | 'events'
  | 'evidence'
  | 'identities'
  | 'limiter'
  | 'random'
  | 'signatureRequests'
  | 'signingCredentials'
> & { readonly signing: SigningServices; readonly documents: DocumentStore }
