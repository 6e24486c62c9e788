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

/** Section 11.1. */
export function infoOf({ about, issuer }: Pick<CscNeeds, 'about' | 'issuer'>) {
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
    methods: CSC_METHODS,
    signAlgorithms: { algos: [...new Set(Object.values(KEY_ALGORITHMS).flat())] },
    signature_formats: {
      formats: ['P', 'C', 'J'],
      envelope_properties: [['Certification', 'Revision'], ['Detached'], ['Detached']],
    },
    conformance_levels: ['AdES-B-B', 'AdES-B-T', 'AdES-B-LT', 'AdES-B-LTA'],
  }
}
