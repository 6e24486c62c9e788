import type { Signer, SigningAlgorithm } from './signer.ts'

/** A place in which private keys are made, used and destroyed, and which they never leave in the clear. */
export interface KeyStore {
  /** Said to people wherever it matters: `software` keys are a weaker claim to exclusive will. */
  readonly protection: 'hardware' | 'software'
  /** Makes a key pair; its id is ours to keep. `publicKey`: DER SubjectPublicKeyInfo. `label`: for whoever looks into
   *  the place, such as `seal:window`; the algorithm when there is none. Never a person. */
  create(
    alg: SigningAlgorithm,
    label?: string,
  ): Promise<{ readonly id: string; readonly publicKey: Uint8Array }>
  /** `certificateChain`: DER, as in `Signer`; empty before there is one (for the request to the authority). */
  signer(id: string, alg: SigningAlgorithm, certificateChain: readonly Uint8Array[]): Signer
  /** Nothing can be signed with it afterwards. Safe to repeat. */
  destroy(id: string): Promise<void>
}
