import type { SigningAlgorithm } from '../../../ports/signer.ts'
import { KEY_ALGORITHMS } from './algorithms.ts'
import type { CscNeeds } from './needs.ts'

export const CSC_METHODS = [
  'info',
  'credentials/list',
  'credentials/info',
  'credentials/authorize',
  'signatures/signHash',
  'signatures/signDoc',
  'signatures/signPolling',
  'signatures/timestamp',
] as const

/** Of new credentials. */
const USUAL: SigningAlgorithm = 'ES256'

/** Section 11.1. A method that no new key can serve is not offered. */
export function infoOf({ about, issuer, sam }: Pick<CscNeeds, 'about' | 'issuer' | 'sam'>) {
  const signsHashes = sam.signsDigests({ keyId: '', alg: USUAL, certificateChain: [] })
  return {
    specs: '2.0.0.2',
    ...about,
    lang: 'fa-IR',
    description: 'Remote signatures of people, released by their passkeys, one act at a time',
    authType: ['oauth2code', 'oauth2client'],
    oauth2: `${issuer}/oauth2`,
    oauth2Issuer: issuer,
    asynchronousOperationMode: true,
    validationInfo: true,
    methods: CSC_METHODS.filter((name) => signsHashes || name !== 'signatures/signHash'),
    signAlgorithms: { algos: [...new Set(Object.values(KEY_ALGORITHMS).flat())] },
    signature_formats: {
      formats: ['P', 'C', 'J'],
      envelope_properties: [['Certification', 'Revision'], ['Detached'], ['Detached']],
    },
    conformance_levels: ['AdES-B-B', 'AdES-B-T', 'AdES-B-LT', 'AdES-B-LTA'],
  }
}
