import type { PadesProfile } from './options.ts'
import type { SigningKey } from './prepare.ts'

/** Attributes, identifiers and frames of a CMS signature of ours, and the signature of an RSA key of 4096 bits. */
const FRAME_BYTES = 1024
const SIGNATURE_BYTES = 512
/** A time stamp token with its authority's path: real ones have 3 to 9 kB. */
const TOKEN_BYTES = 10 * 1024

/** Bytes of /Contents that a signature with this chain will need. */
export function roomFor({ certificateChain }: SigningKey, profile: PadesProfile): number {
  const certificates = certificateChain.reduce((sum, one) => sum + one.length, 0)
  const issuer = certificateChain[0]?.length ?? 0
  const token = profile === 'B-B' ? 0 : TOKEN_BYTES
  return FRAME_BYTES + SIGNATURE_BYTES + certificates + issuer + token
}
