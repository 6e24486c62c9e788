import { z } from 'zod'
import { LOCALES } from '../../src/identity/locale.ts'
import { SEAL_ORDERS } from '../../src/ports/signature-request-store.ts'

/** Why this rung will not be climbed now: `signature.stops.<why>`, with a title and what to do. */
export const SIGNATURE_STOPS = [
  /** Level 2 does not know who this is (any more), or by no name that a certificate could carry. */
  'not_identified',
  /** The authority, the time stamp or the place of the keys is away; nothing was signed. `again` is taken. */
  'unavailable',
  /** As many tries as may be; `tryAt` says when there are some again. */
  'too_many',
  /** More than fifty things at once. */
  'too_much',
  /** There is no such request for signatures, or it is another service's. */
  'request_gone',
  /** It is signed, refused, cancelled or out of time. */
  'request_over',
  /** The service wants its seal after the signature, and has none (any more). */
  'seal_missing',
  /** Somebody else is asked to sign. */
  'not_intended',
  /** Somebody else signs before. */
  'not_your_turn',
  /** This person has signed already. */
  'already_signed',
  /** The service asks for a signing credential that this person has not (any more). */
  'credential_gone',
  /** The text cannot be shown as it is signed. */
  'text_unfit',
] as const
export type SignatureStop = (typeof SIGNATURE_STOPS)[number]

export const PROTECTIONS = ['hardware', 'software'] as const

/** What is signed: the terms of enrolment (JAdES), documents of a service (PAdES), a text (JAdES or CAdES), hashes
 *  that a service has made itself, or, when nothing else is asked for, a sign-in declaration (PAdES). */
export const REVIEWED = ['terms', 'documents', 'transaction', 'hashes', 'declaration'] as const
export type Reviewed = (typeof REVIEWED)[number]

const Item = z.object({
  /** As the service calls it. */
  name: z.string(),
  /** Hex: of the file, of the text's bytes, or the very hash that is signed (of `hashes`). */
  sha256: z.string(),
  /** Bytes. */
  size: z.number().optional(),
  /** A PDF to be shown: at `/interaction/:uid/files/<file>`. */
  file: z.string().optional(),
})
export type ReviewItem = z.infer<typeof Item>

/** Which seal a service puts on its documents, beside the signatures. */
const ReviewSeal = z.object({
  order: z.enum(SEAL_ORDERS),
  /** The organisation, as its certificate names it. */
  by: z.string(),
})
export type ReviewSeal = z.infer<typeof ReviewSeal>

/** `SignatureActivationData` of src/signing/sad.ts. */
const Sad = z.object({
  id: z.string(),
  subjectId: z.string(),
  clientId: z.string(),
  credentialId: z.string(),
  hashes: z.array(z.string()),
  digests: z.array(z.string()).default([]),
  text: z.string(),
  nonce: z.string(),
  expiresAt: z.number(),
})

/** All that is needed to make the very same bytes again once the passkey has said yes. Pages do not look at it. */
const Plan = z.object({
  sad: Sad,
  /** The claimed time of every signature, milliseconds since the epoch. */
  at: z.number(),
  /** base64url, 32 bytes: what is random in the documents grows from it. */
  seed: z.string(),
  /** Of the texts in it. */
  locale: z.enum(LOCALES),
  /** Of the requests for signatures, by id: what was looked at is what is signed. */
  versions: z.record(z.string(), z.number()),
  /** Names of files that the page may show, with their documents in the store. */
  files: z.record(z.string(), z.string()),
})
export type Plan = z.infer<typeof Plan>

/** What the rung remembers between pages, and what its pages are drawn from: a page a kind, of the same name. Times
 *  in milliseconds since the epoch. */
export const SignatureState = z.discriminatedUnion('kind', [
  /** Before enrolment. Actions: `agree`, `refuse`. */
  z.object({
    kind: z.literal('terms'),
    /** Of the certificate. */
    name: z.string(),
    /** What is agreed to, lines ended by LF: signed later as it stands here. */
    text: z.string(),
    protection: z.enum(PROTECTIONS),
  }),
  /** A passkey is made. Inputs: `attestation` (JSON), or `action` = `refuse` (of an additional one: back to what is to
   *  be signed). */
  z.object({
    kind: z.literal('passkey'),
    /** PublicKeyCredentialCreationOptionsJSON, serialised. */
    options: z.string(),
    expiresAt: z.number(),
    challenge: z.string(),
    /** The one before is lost: what it activates is revoked. */
    isReplacing: z.boolean(),
    /** One more for the same certificate, such as on another device. */
    isAdditional: z.boolean().default(false),
  }),
  /** Inputs: `assertion` (JSON) with `action` = `sign`; or `action` = `refuse`, `lost_passkey`,
   *  `another_passkey` or `again`. */
  z.object({
    kind: z.literal('review'),
    what: z.enum(REVIEWED),
    items: z.array(Item),
    /** Of the documents; nothing that the person signs. */
    seals: z.array(ReviewSeal).default([]),
    /** Of a transaction, of the terms, of the declaration; of documents and hashes: what the service says of them.
     *  Lines ended by LF. It is a part of what the passkey signs. */
    text: z.string(),
    /** PublicKeyCredentialRequestOptionsJSON, serialised. */
    options: z.string(),
    expiresAt: z.number(),
    certificate: z.object({ subject: z.string(), issuer: z.string(), until: z.number() }),
    protection: z.enum(PROTECTIONS),
    plan: Plan,
  }),
  /** A document that must not be signed. Action: `return`. `reason`: a code of `PdfRefused`. */
  z.object({ kind: z.literal('unfit'), name: z.string(), reason: z.string() }),
  /** Actions: `return`, and `again` (of `unavailable`). */
  z.object({
    kind: z.literal('stopped'),
    why: z.enum(SIGNATURE_STOPS),
    tryAt: z.number().optional(),
  }),
])
export type SignatureState = z.infer<typeof SignatureState>

/** Keys of the pages' texts under `error.` */
export const SIGNATURE_ERRORS = [
  /** The passkey did not sign this, or was not this person's. */
  'signature_failed',
  /** Too late. */
  'signature_expired',
  /** The same answer was sent twice. */
  'signature_replayed',
  /** No passkey was made. */
  'signature_passkey_failed',
  /** One that can be copied, where this window does not take such. */
  'signature_passkey_weak',
  /** What is to be signed is not what was shown any more. */
  'signature_changed',
  /** Shown at the first rung: a lost passkey is replaced after level 3 alone. */
  'signature_prove_again',
] as const
export type SignatureError = (typeof SIGNATURE_ERRORS)[number]
