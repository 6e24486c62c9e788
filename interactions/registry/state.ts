import { z } from 'zod'
import { IDENTIFIER_TYPES } from '../../src/ports/identifier.ts'
import { INDETERMINATE } from '../../src/ports/registry-answer.ts'

export const FORMS = ['iranian', 'foreign'] as const
export type FormName = (typeof FORMS)[number]

/** What was typed, one value a field, to be shown again. */
const Given = z.record(z.string(), z.string().max(64))
export type Given = z.infer<typeof Given>

const Identifier = z.object({
  type: z.enum(IDENTIFIER_TYPES),
  value: z.string(),
  issuer: z.string().optional(),
})

/** What the registries confirmed, while the person reads about it. */
const Identity = z.object({
  identifier: Identifier,
  document: Identifier.optional(),
  personType: z.enum(['natural_ir', 'natural_foreign']),
  attributes: z.object({
    givenName: z.string(),
    familyName: z.string(),
    fatherName: z.string().optional(),
    gender: z.enum(['male', 'female']).optional(),
    birthDate: z.string(),
    nationality: z.string().optional(),
    address: z
      .object({
        postCode: z.string(),
        region: z.string(),
        locality: z.string(),
        streetAddress: z.string(),
      })
      .optional(),
  }),
  checks: z.array(
    z.object({
      registry: z.enum(['subscribers', 'civil', 'foreigners', 'post_codes']),
      verifier: z.string(),
      requestId: z.string(),
      at: z.number(),
      answerHash: z.string(),
    }),
  ),
  /** E.164 */
  mobile: z.string(),
})
export type CheckedIdentity = z.infer<typeof Identity>

export const STOPS = ['deceased', 'minor', 'multiple', 'document_expired', 'number_moved'] as const
export type Stop = (typeof STOPS)[number]

/** What the rung remembers between pages. Times in milliseconds since the epoch. */
export const RegistryState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('form'), form: z.enum(FORMS), given: Given }),
  z.object({
    kind: z.literal('away'),
    reason: z.enum(INDETERMINATE),
    /** From then on it may be tried again. */
    tryAt: z.number(),
    /** The registry itself said until when. */
    isAnnounced: z.boolean(),
    /** Absent: a check of what is known already. */
    form: z.enum(FORMS).optional(),
    given: Given,
  }),
  /** This identity has an account, or this account has another identity. */
  z.object({ kind: z.literal('join'), identity: Identity, isOthers: z.boolean() }),
  z.object({
    kind: z.literal('renamed'),
    identity: Identity,
    reason: z.enum(['maiden', 'change']),
  }),
  z.object({ kind: z.literal('stopped'), why: z.enum(STOPS) }),
])
export type RegistryState = z.infer<typeof RegistryState>
export type Away = Extract<RegistryState, { kind: 'away' }>

/** Pages: `iranian`, `foreign`, `away`, `join`, `renamed`, `stopped`. Errors: keys of the pages' texts under
 *  `error.` */
export const REGISTRY_ERRORS = [
  'national_id_invalid',
  'birth_date_invalid',
  'document_invalid',
  'country_missing',
  'registry_mismatch',
  'registry_too_many',
  'registry_changed',
  'registry_late',
  'prove_number',
  'identity_conflict',
] as const
export type RegistryError = (typeof REGISTRY_ERRORS)[number]
