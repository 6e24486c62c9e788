import { constants, verify, X509Certificate } from 'node:crypto'
import { PanjerehError } from '../../errors.ts'
import type { KeyStore } from '../../ports/key-store.ts'
import type { Seal } from '../../ports/seal-store.ts'
import type { SigningAlgorithm } from '../../ports/signer.ts'

/** `elsewhere`: it was made where keys were before. `missing`: the place has no such key. `other`: what it signs is not
 *  by the key of the certificate. */
export type SealKeyState = 'good' | 'elsewhere' | 'missing' | 'other'

/** No signed attributes of a CMS begin so, and no signing input of a JWS: it can be taken for neither. */
const PROBE = Buffer.from('panjereh: is the key of this seal there?\n')

/** Looks by signing a probe, which is thrown away. Throws `UpstreamUnavailable` when the place of the keys is away. */
export async function sealKeyState(
  keys: KeyStore,
  { protection, keyId, alg, certificateChain }: Seal,
): Promise<SealKeyState> {
  if (protection !== keys.protection) return 'elsewhere'
  try {
    const signature = await keys.signer(keyId, alg, certificateChain).sign(PROBE)
    const { publicKey } = new X509Certificate(certificateChain[0] ?? new Uint8Array())
    return verify('sha256', PROBE, { key: publicKey, ...PADDINGS[alg] }, signature)
      ? 'good'
      : 'other'
  } catch (error) {
    if (error instanceof PanjerehError && error.code === 'key_unavailable') return 'missing'
    throw error
  }
}

const PADDINGS: Readonly<Record<SigningAlgorithm, object>> = {
  ES256: {},
  RS256: { padding: constants.RSA_PKCS1_PADDING },
  PS256: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
}
