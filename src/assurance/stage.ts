import type { Clock } from '../ports/clock.ts'
import type { SessionProof } from '../ports/session-level-store.ts'
import { PanjerehError } from '../errors.ts'
import type { HandOver, Journey } from './journey.ts'
import type { Ladder } from './ladder.ts'
import type { AuthorizationDetails, HandOverState, Markup, RefusalReason, Visit } from './level.ts'

/** What this interaction is for. */
export interface Goal {
  readonly rank: number
  /** The rank that the session holds already, fresh enough for this request; 0 for none. */
  readonly heldRank: number
  /** Prove anew even what is held (`prompt=login`, `max_age`). */
  readonly reauthenticate: boolean
  /** The service takes a lower level when the person does not go all the way. */
  readonly mayFallBack: boolean
}

export interface StepUpVisit extends Visit {
  readonly goal: Goal
  /** Fingerprint of the other device's secret, when it is that device that asks. */
  readonly device?: string
}

export type Stage =
  | {
      readonly kind: 'page'
      readonly step: string
      /** Names this page; a form gives it back as the input `place`. */
      readonly place: string
      readonly rank: number
      readonly body: Markup
      readonly error?: string
    }
  | {
      readonly kind: 'finished'
      readonly subjectId: string
      readonly proofs: readonly SessionProof[]
      /** The request's details, where something came of them. */
      readonly details?: AuthorizationDetails
    }
  | {
      readonly kind: 'refused'
      readonly reason: RefusalReason
      readonly subjectId?: string
      /** What was proved before; of worth where a lower level is taken. */
      readonly proofs: readonly SessionProof[]
    }
  /** For the other device alone: it has no right here (any more). */
  | { readonly kind: 'over'; readonly how: 'proved' | 'ended' }

type Opened = NonNullable<Journey['open']>

interface Needs {
  readonly ladder: Ladder
  readonly clock: Clock
  /** What the QR code of a hand-over says. */
  addressOf(uid: string, handOver: HandOver): string
  /** Where the files of an interaction's page are. */
  filesAt(uid: string): string
}

/** Turns a journey into what this visitor is shown of it. */
export function stager({ ladder, clock, addressOf, filesAt }: Needs) {
  function stageOf(visit: StepUpVisit, journey: Journey): Stage {
    const { open, refused, subjectId, proofs, details, handOver } = journey
    if (visit.device !== undefined) return elsewhere(visit, journey)
    if (refused) return { kind: 'refused', reason: refused, subjectId, proofs }
    if (open && isHandedOver(handOver)) return waiting(visit, open, handOver)
    if (open) return drawn(visit, open)
    if (subjectId === undefined)
      throw new PanjerehError('state_conflict', 'a journey without a person')
    return { kind: 'finished', subjectId, proofs, details }
  }

  /** What the other device sees: the step that was handed to it, and nothing else of the journey. */
  function elsewhere(visit: StepUpVisit, journey: Journey): Stage {
    if (journey.open && mayGoOn(visit, journey)) return drawn(visit, journey.open)
    const isOwn = journey.handOver?.device === visit.device
    return { kind: 'over', how: (isOwn && journey.handOver?.over) || 'ended' }
  }

  function waiting(visit: StepUpVisit, open: Opened, handOver: HandOver): Stage {
    const state: HandOverState = {
      kind: 'handover',
      address: addressOf(visit.uid, handOver),
      number: handOver.number,
      expiresAt: handOver.expiresAt,
      phase: phaseOf(handOver, clock.now()),
    }
    return drawn(visit, { ...open, page: HAND_OVER_PAGE, state })
  }

  function drawn(visit: StepUpVisit, open: Opened): Stage {
    const step = ladder.step(open.step)
    const draw = step?.pages[open.page]
    if (step === undefined || draw === undefined) {
      throw new PanjerehError('state_conflict', `no page ${open.page} in ${open.step}`)
    }
    const rank = ladder.rung(step.name)?.rank ?? 0
    const others = ladder.ways(rank).filter((way) => way.name !== step.name)
    const body = draw({
      state: step.parse(open.state),
      error: open.error,
      locale: visit.locale,
      now: clock.now(),
      alternatives: others.map((way) => way.name),
      mayFallBack: visit.goal.mayFallBack,
      filesAt: filesAt(visit.uid),
      isHandedOver: visit.device !== undefined,
    })
    return { kind: 'page', step: step.name, place: placeOf(open), rank, body, error: open.error }
  }

  return stageOf
}

const HAND_OVER_PAGE = 'handover'

export function isHandedOver(handOver: HandOver | undefined): handOver is HandOver {
  return handOver !== undefined && handOver.over === undefined
}

/** May this visitor go on with the open step? A step that was handed over belongs to the one device that took it. */
export function mayGoOn({ device }: StepUpVisit, journey: Journey): boolean {
  const { open, handOver, refused, finished } = journey
  if (!isHandedOver(handOver)) return device === undefined
  const isOpen = !finished && refused === undefined && open?.step === handOver.step
  return isOpen && device !== undefined && handOver.device === device
}

/** How far a hand-over is, for the device that waits. */
export function phaseOf(handOver: HandOver, now: number): HandOverState['phase'] {
  if (handOver.device !== undefined) return 'taken'
  return now < handOver.expiresAt ? 'waiting' : 'expired'
}

/** Names the page that this visitor has before him. */
export function placeFor({ device }: StepUpVisit, { open, handOver }: Journey): string | undefined {
  if (open === undefined) return undefined
  const page = device === undefined && isHandedOver(handOver) ? HAND_OVER_PAGE : open.page
  return placeOf({ ...open, page })
}

function placeOf({ step, page }: Opened): string {
  return `${step}/${page}`
}
