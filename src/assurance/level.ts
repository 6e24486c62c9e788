import type { Locale } from '../identity/locale.ts'
import type { Evidence, ProvedIdentity } from '../ports/evidence-store.ts'
import type { Identifier } from '../ports/identifier.ts'

/** Where a request comes from, for limits only. All values are keyed fingerprints but `locale`. */
export interface Origin {
  /** Fingerprint of the address. */
  readonly address: string
  /** Fingerprint of the address's network: /24 (IPv4) or /56 (IPv6). */
  readonly subnet: string
  /** Fingerprint of the device cookie; absent on a browser that we have not seen. */
  readonly device?: string
}

/** One person in front of one rung. The first rung begins without a subject. */
export interface Visit {
  /** The interaction's id. */
  readonly uid: string
  /** Of the HTTP request, for the events. */
  readonly requestId?: string
  /** Pinned: a step-up never changes it. */
  readonly subjectId?: string
  /** Named by a rung in this very interaction: the person has just shown that it is theirs. */
  readonly identifier?: Identifier
  /** The newest proof of any rank in this session or interaction, fresh or not. Seconds since the epoch. */
  readonly lastProvedAt?: number
  readonly clientId: string
  readonly locale: Locale
  readonly origin: Origin
  /** OIDC Core 3.1.2.1 `login_hint`; untrusted. */
  readonly loginHint?: string
  /** What the service asks for in detail (RFC 9396); each is of a known type and shape. */
  readonly details?: AuthorizationDetails
}

/** RFC 9396 section 2: objects of a `type` each. */
export type AuthorizationDetails = readonly Readonly<Record<string, unknown>>[]

/** What came back from the page, one value a field, already bounded in size. */
export type Input = Readonly<Record<string, string>>

export interface Turn<State> {
  readonly visit: Visit
  readonly state: State
  readonly input: Input
  /** Files of the form by field, bounded in size and not looked into; they are the step's own from here on. */
  readonly files?: Readonly<Record<string, Uint8Array>>
}

/** One binary message of a page's script, between two forms (a frame of a camera). */
export interface Message<State> {
  readonly visit: Visit
  readonly state: State
  /** Counted by the page from 0, each once. */
  readonly sequence: number
  /** Bounded in size and not looked into; it is the step's own from here on, and the step wipes it. */
  readonly body: Uint8Array
}

/** What the page's script is answered; it never moves the journey. */
export interface Reply {
  /** What the person is told next: a key of the pages' texts, of the step's own. */
  readonly say: string
  readonly tone: 'wait' | 'good' | 'bad'
  /** From 0 to 1. */
  readonly progress: number
  /** Nothing more is wanted: the script sends the page's form, and `proceed` decides. */
  readonly done: boolean
  /** Where the thing is that the camera looks for, clockwise from the top left, as shares of the image. */
  readonly corners?: readonly (readonly [number, number])[]
}

/** Why a rung will not be climbed in this interaction. */
export const REFUSAL_REASONS = [
  'cancelled',
  'too_many_tries',
  'not_eligible',
  'conflict',
  /** Somebody outside us whose word is needed is away; later it may be climbed. */
  'unavailable',
] as const
export type RefusalReason = (typeof REFUSAL_REASONS)[number]

export type Outcome<State> =
  | {
      readonly kind: 'ask'
      readonly page: string
      readonly state: State
      /** A key of the pages' texts: what was wrong with the last input. */
      readonly error?: string
    }
  | {
      readonly kind: 'proved'
      readonly evidence: readonly Evidence[]
      /** The person, from a rung that identifies: an identifier, or a subject we know already. */
      readonly identifier?: Identifier
      readonly subjectId?: string
      /** Who the person is, from a rung that learns it; it is bound to the subject. */
      readonly identity?: ProvedIdentity
      /** The details that were asked for, enriched by what came of them (RFC 9396 section 7). */
      readonly details?: AuthorizationDetails
    }
  | { readonly kind: 'refused'; readonly reason: RefusalReason }
  /** Wants the person to begin anew at the first rung, since what this rung is about to do needs more than an
   *  old session. `error`: a key of the pages' texts, shown there. */
  | { readonly kind: 'reprove'; readonly error?: string }
  /** Wants to be gone through on another device (a step that `mayBeHandedOver`), which begins at this page. */
  | { readonly kind: 'hand_over'; readonly page: string; readonly state: State }
  /** Wants to be left for another way of proving the same rank, by name. */
  | { readonly kind: 'switch'; readonly to: string }

/** What a page of a rung is drawn from. */
export interface AskView<State> {
  readonly state: State
  readonly error?: string
  readonly locale: Locale
  /** Milliseconds since the epoch, for countdowns. */
  readonly now: number
  /** Other ways of proving the same rank, by name. */
  readonly alternatives: readonly string[]
  /** The service takes a lower level too: the person may go back with what is proved. */
  readonly mayFallBack: boolean
  /** Where the files of this page are, without a slash at the end. */
  readonly filesAt?: string
  /** Drawn for the other device, to which the step was handed over. */
  readonly isHandedOver?: boolean
}

/** State of the page `handover` of a step that may be handed over; made by the driver. */
export interface HandOverState {
  readonly kind: 'handover'
  /** What the QR code says. */
  readonly address: string
  /** Digits, shown on both devices. */
  readonly number: string
  /** Milliseconds since the epoch: until then the code may be scanned. */
  readonly expiresAt: number
  readonly phase: 'waiting' | 'taken' | 'expired'
}

/** Anything that prints as safe HTML. */
export interface Markup {
  toString(): string
}

/** Draws one page of a step: its fields and buttons; the frame around it is the same for all. Written as
 *  a method, so that steps of different states can stand in one ladder: each is only ever handed the
 *  state that its own `parse` has read. */
export type DrawPage<State> = { draw(view: AskView<State>): Markup }['draw']

/** Something that the open page shows or offers beside itself, such as a document. */
export interface StepFile {
  /** Media type. */
  readonly type: string
  /** As a download is called. */
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** Hex, of the whole. */
  readonly sha256: string
  /** The bytes of [start, end). What has to be opened for it is closed when it has been read, or left. */
  pieces(start: number, end: number): AsyncIterable<Uint8Array>
}

/** Which file of the open page is asked for. */
export interface FileRequest<State> {
  readonly visit: Visit
  readonly state: State
  readonly name: string
}

/** One thing that a person is led through. It asks and checks; it never touches HTTP, cookies or
 *  oidc-provider. Expected failures are outcomes; only outages are thrown. */
export interface Step<State = unknown> {
  /** Stable, e.g. `otp`: the folder's name. */
  readonly name: string
  /** Reads its own state back from the store; throws when it is not its own. */
  parse(stored: unknown): State
  begin(visit: Visit): Promise<Outcome<State>>
  proceed(turn: Turn<State>): Promise<Outcome<State>>
  /** Takes one message of the open page's script. Undefined: the page has nothing to do with such messages.
   *  `too_many`: for now. Several may come at once, and while a form is being decided. */
  receive?(message: Message<State>): Promise<Reply | 'too_many' | undefined>
  /** A file of the open page; undefined when the page has none of that name. */
  file?(request: FileRequest<State>): Promise<StepFile | undefined>
  /** What is held in memory for this interaction goes: it was cancelled, or has ended. */
  forget?(uid: string): void
  /** Another device may go through this step; it then has a page `handover`, whose state `parse` reads. */
  readonly mayBeHandedOver?: true
  readonly pages: Readonly<Record<string, DrawPage<State>>>
}

/** One rung of the ladder. Several rungs of one rank are several ways; the first is the default. */
export interface AssuranceLevel<State = unknown> extends Step<State> {
  readonly rank: number
}

/** Something offered once after a rung was climbed (such as a passkey); it proves nothing, and its
 *  `refused` means "no, thank you". It begins with `proved` when it has nothing to offer. */
export interface Offer<State = unknown> extends Step<State> {
  readonly afterRank: number
}
