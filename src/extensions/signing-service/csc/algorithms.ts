import type { SigningAlgorithm } from '../../../ports/signer.ts'

export const SHA256 = '2.16.840.1.101.3.4.2.1'
const RSA = '1.2.840.113549.1.1.1'

/** How keys of ours are named in CSC API v2 (section 11.5, key/algo). The first one is the full name. */
export const KEY_ALGORITHMS: Readonly<Record<SigningAlgorithm, readonly string[]>> = {
  ES256: ['1.2.840.10045.4.3.2'],
  RS256: ['1.2.840.113549.1.1.11', RSA],
  PS256: ['1.2.840.113549.1.1.10'],
}

/** RSA's plain name says no hash: then the request has to. */
export const saysNoHash = (signAlgo: string) =>
  signAlgo === RSA || signAlgo === KEY_ALGORITHMS.PS256[0]
