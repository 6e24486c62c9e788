import type { Visit } from '../../src/assurance/level.ts'
import type { Locale } from '../../src/identity/locale.ts'
import type { SigningCredential } from '../../src/ports/signing-credential-store.ts'
import type { PersonName } from '../../src/signing/x509/subject-name.ts'
import type { ReviewItem, Reviewed, ReviewSeal, SignatureStop } from './state.ts'

/** All that decides about the bytes that will be signed, together with what the service asks for. */
export interface Given {
  readonly visit: Visit
  readonly subjectId: string
  readonly person: PersonName
  readonly credential: SigningCredential
  /** The claimed time, milliseconds since the epoch. */
  readonly at: number
  readonly seed: string
  readonly locale: Locale
}

/** Numbers, codes and references, for the evidence. */
export type Facts = Readonly<Record<string, string | number | boolean>>
export type Detail = Readonly<Record<string, unknown>>

/** What the person's yes gives. */
export interface Activated {
  readonly activationId: string
  /** By the person's key; throws `ActivationLost` when it does not sign these bytes (any more). */
  sign(toBeSigned: Uint8Array): Promise<Uint8Array>
}

/** Something that is ready to be signed: nothing but the signature is open. */
export interface PreparedAct {
  readonly what: Reviewed
  readonly items: readonly ReviewItem[]
  /** The person is told of them. */
  readonly seals?: readonly ReviewSeal[]
  readonly text: string
  /** base64url, SHA-256 of the very bytes that the key signs, one an item. */
  readonly hashes: readonly string[]
  /** base64url, SHA-256 of what the service has prepared and will have signed later. */
  readonly digests?: readonly string[]
  /** Of the request for signatures, by its id. */
  readonly versions?: Readonly<Record<string, number>>
  /** Documents of the store that the page may show, by the name of the file. */
  readonly files?: Readonly<Record<string, string>>
  /** Signs all of it and keeps the results where nobody finds them yet. Throws `UpstreamUnavailable`, and then
   *  nothing is left of it. */
  make(activated: Activated): Promise<MadeAct>
  close(): Promise<void>
}

/** Signed, and not handed over yet. */
export interface MadeAct {
  readonly facts: Facts
  /** What was asked for, enriched by what came of it. */
  readonly detail?: Detail
  /** Hands over. False: somebody else was faster, and what was made has no home. */
  commit(): Promise<boolean>
  /** What was made and not handed over goes. */
  undo(): Promise<void>
}

export type Preparation =
  | { readonly kind: 'prepared'; readonly act: PreparedAct }
  | { readonly kind: 'stop'; readonly why: SignatureStop }
  | { readonly kind: 'unfit'; readonly name: string; readonly reason: string }

export const stopped = (why: SignatureStop): Preparation => ({ kind: 'stop', why })

/** The activation does not cover what is to be signed, was spent, or has run out in the meantime. */
export class ActivationLost extends Error {
  constructor(why: string) {
    super(`the activation does not sign this: ${why}`)
    this.name = 'ActivationLost'
  }
}
