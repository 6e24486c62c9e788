import type { SigningAlgorithm } from '../../../ports/signer.ts'
import { SIGNATURE_PARAMETERS } from '../../../signing/x509/algorithms.ts'
import { invalid, isCscError, missing, type CscError } from './errors.ts'

export const SHA256 = '2.16.840.1.101.3.4.2.1'
const RSA = '1.2.840.113549.1.1.1'
const PSS = '1.2.840.113549.1.1.10'

/** How keys of ours are named in CSC API v2 (section 11.5, key/algo). The first one is the full name. */
export const KEY_ALGORITHMS: Readonly<Record<SigningAlgorithm, readonly string[]>> = {
  ES256: ['1.2.840.10045.4.3.2'],
  RS256: ['1.2.840.113549.1.1.11', RSA],
  PS256: [PSS],
}

export interface Algorithm {
  readonly signAlgo: string
  /** Base64 DER of the AlgorithmIdentifier's parameters. */
  readonly signAlgoParams?: string
  readonly hashAlgorithmOID?: string
}

/** What is wrong with it for a key of this kind (sections 11.10 and 11.11). `implied`: the hash is not asked for, since
 *  it is taken here. All our keys sign SHA-256. */
export function algorithmFault(
  { signAlgo, signAlgoParams, hashAlgorithmOID }: Algorithm,
  alg: SigningAlgorithm,
  implied = false,
): CscError | undefined {
  if (!KEY_ALGORITHMS[alg].includes(signAlgo)) return invalid('Invalid parameter signAlgo')
  return (
    parametersFault(signAlgo, signAlgoParams, alg) ??
    (implied ? undefined : hashFault(signAlgo, hashAlgorithmOID))
  )
}

/** RSASSA-PSS needs its parameters, and they are the ones that we sign with; RSA may have its NULL. */
function parametersFault(signAlgo: string, given: string | undefined, alg: SigningAlgorithm) {
  if (given === undefined) return signAlgo === PSS ? missing('string', 'signAlgoParams') : undefined
  const expected = SIGNATURE_PARAMETERS[alg]?.toString('base64')
  return given === expected ? undefined : invalid('Invalid parameter signAlgoParams')
}

/** Only RSA's plain name and PSS say no hash of their own. */
function hashFault(signAlgo: string, hash: string | undefined) {
  const isOpen = signAlgo === RSA
  if (hash === undefined) return isOpen ? missing('string', 'hashAlgorithmOID') : undefined
  if (hash === SHA256) return undefined
  return isOpen || !HASHES.has(hash)
    ? invalid('Invalid parameter hashAlgorithmOID')
    : invalid('String parameter hashAlgorithmOID contradicts with signAlgo parameter')
}

/** SHA-384 and SHA-512: known, and not what our keys sign. */
const HASHES = new Set(['2.16.840.1.101.3.4.2.2', '2.16.840.1.101.3.4.2.3'])

/** Strictly base64, each a SHA-256. `name`: of the parameter. */
export function digestsIn(texts: readonly string[], name: string): readonly Buffer[] | CscError {
  const digests: Buffer[] = []
  for (const text of texts) {
    const bytes = base64In(text, name)
    if (isCscError(bytes)) return bytes
    if (bytes.length !== 32) return invalid('Invalid digest value length')
    digests.push(bytes)
  }
  return digests
}

export function base64In(text: string, name: string): Buffer | CscError {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text
    ? bytes
    : invalid(`Invalid Base64 ${name} string parameter`)
}
