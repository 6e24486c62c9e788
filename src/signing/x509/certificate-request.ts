import type { Signer } from '../../ports/signer.ts'
import { constructed } from '../der/tags.ts'
import { bitString, integer, sequence, tlv } from '../der/write.ts'
import { SIGNATURE_IDENTIFIERS } from './algorithms.ts'

/** DER PKCS#10 request (RFC 2986), signed by the key itself: proof that whoever asks has it. `subject`: DER Name;
 *  `publicKey`: DER SubjectPublicKeyInfo. */
export async function certificateRequest(
  subject: Uint8Array,
  publicKey: Uint8Array,
  signer: Pick<Signer, 'alg' | 'sign'>,
): Promise<Uint8Array> {
  // No attributes: which extensions there are is the authority's affair.
  const info = sequence(integer(0), subject, publicKey, tlv(constructed(0)))
  const signature = bitString(await signer.sign(info))
  return sequence(info, SIGNATURE_IDENTIFIERS[signer.alg], signature)
}
