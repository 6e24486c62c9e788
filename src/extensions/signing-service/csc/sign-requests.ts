import { z } from 'zod'
import type { PadesProfile } from '../../../signing/pades/options.ts'

/** Who sends more at once uses the hosted flow, which streams. */
export const MOST_DOCUMENT_BYTES = 10 * 1024 * 1024
const MOST_TEXT = Math.ceil(MOST_DOCUMENT_BYTES / 3) * 4

const Common = {
  SAD: z.string().max(8192).optional(),
  operationMode: z.enum(['S', 'A']).default('S'),
  /** Milliseconds, of operationMode A. */
  validity_period: z.number().int().min(1).max(600_000).optional(),
  clientData: z.string().max(2048).optional(),
  /** Nobody is called back: results are fetched. */
  response_uri: z.undefined().optional(),
}
const Hashes = z.array(z.string().max(128)).min(1).max(50)
const Oid = z.string().max(64)
const Parameters = z.string().max(1024).optional()

export const SignHashRequest = z.object({
  ...Common,
  credentialID: z.string().min(1).max(128),
  hashes: Hashes,
  hashAlgorithmOID: Oid.optional(),
  signAlgo: Oid,
  signAlgoParams: Parameters,
})
export type SignHashRequest = z.infer<typeof SignHashRequest>

/** The standard spells them AdES and Ades. */
const Level = z
  .string()
  .regex(/^AdES-B-(B|T|LT|LTA)$/i)
  .default('AdES-B-B')
  .transform((text): PadesProfile => PROFILES[text.slice(7).toUpperCase()] ?? 'B-B')
const PROFILES: Readonly<Record<string, PadesProfile>> = {
  B: 'B-B',
  T: 'B-T',
  LT: 'B-LT',
  LTA: 'B-LTA',
}

/** CAdES, JAdES, PAdES; there is no XML here. */
const Wanted = {
  signature_format: z.string().pipe(z.enum(['C', 'J', 'P'])),
  conformance_level: Level,
  signAlgo: Oid,
  signAlgoParams: Parameters,
  signed_envelope_property: z
    .enum(['Attached', 'Certification', 'Detached', 'Parallel', 'Revision'])
    .optional(),
  signed_props: z
    .array(z.looseObject({ attribute_name: z.string().max(200) }))
    .max(20)
    .optional(),
}
export const WantedDigests = z.object({
  ...Wanted,
  hashes: Hashes,
  hashAlgorithmOID: Oid.optional(),
})
export type WantedDigests = z.infer<typeof WantedDigests>

export const WantedDocument = z.object({ ...Wanted, document: z.string().min(1).max(MOST_TEXT) })
export type WantedDocument = z.infer<typeof WantedDocument>

export const SignDocRequest = z.object({
  ...Common,
  credentialID: z.string().min(1).max(128).optional(),
  /** We promise no kind of signature by name (no `eu_eidas_qes`): so there is none to ask for. */
  signatureQualifier: z.undefined().optional(),
  documents: z.array(WantedDocument).min(1).max(50).optional(),
  documentDigests: z.array(WantedDigests).min(1).max(50).optional(),
  returnValidationInfo: z.boolean().default(false),
})
export type SignDocRequest = z.infer<typeof SignDocRequest>
