import type { EventType } from '../ports/event-sink.ts'
import type { Ports } from '../ports/index.ts'
import { PanjerehError } from '../errors.ts'
import { newJourney, type HandOver, type Journey } from './journey.ts'
import type { Ladder } from './ladder.ts'
import type { Input, Outcome, RefusalReason, Step, Turn, Visit } from './level.ts'
import { proofKeeper, type Proved } from './proof-keeper.ts'
import { isHandedOver, type StepUpVisit } from './stage.ts'

export interface Given {
  readonly input: Input
  readonly files?: Turn<unknown>['files']
}

export interface WalkPolicy {
  readonly ladder: Ladder
  readonly recycledAfter: number
  /** Makes an offer to another device; `undefined`: too many of them. Absent: none are made. */
  readonly offerOf?: (visit: StepUpVisit, step: string) => Promise<HandOver | undefined>
}

type Needs = Pick<Ports, 'clock' | 'events' | 'evidence' | 'subjects'>

/** From one journey to the next: which step is open, and where its answers lead. Keeps nothing by itself. */
export function walk(ports: Needs, policy: WalkPolicy) {
  const { clock, events } = ports
  const keepProof = proofKeeper(ports, policy)
  const { ladder, offerOf } = policy

  function record(type: EventType, visit: Visit, detail: Record<string, string | number>) {
    const { clientId, subjectId, requestId } = visit
    return events.record({ type, at: clock.now(), clientId, subjectId, requestId, detail })
  }

  function reached(visit: StepUpVisit, journey: Journey): number {
    const start = visit.goal.reauthenticate || journey.isAnew ? 0 : visit.goal.heldRank
    return Math.max(start, ...journey.proofs.map((proof) => proof.rank))
  }

  function nextStep(visit: StepUpVisit, journey: Journey): Step | undefined {
    const rank = ladder.next(reached(visit, journey), visit.goal.rank)
    if (rank !== undefined) return ladder.ways(rank)[0]
    const proved = Math.max(0, ...journey.proofs.map((proof) => proof.rank))
    return ladder.offers(proved).find((offer) => !journey.offered.includes(offer.name))
  }

  /** Opens steps until one has something to ask, or nothing is left. Another device opens nothing: what comes
   *  after its step is for the browser in which the interaction began. */
  async function advance(visit: StepUpVisit, journey: Journey): Promise<Journey> {
    if (visit.device !== undefined) return { ...journey, open: undefined }
    const step = nextStep(visit, journey)
    if (step === undefined) return { ...journey, open: undefined, finished: true }
    return open(visit, journey, step)
  }

  async function open(visit: StepUpVisit, journey: Journey, step: Step): Promise<Journey> {
    const rung = ladder.rung(step.name)
    const standing = standingOf(visit, journey)
    if (rung) await record('level.asked', standing, { method: step.name, rank: rung.rank })
    return settle(visit, journey, step, await step.begin(standing))
  }

  /** The visit as it is by now: who was named in it, and by what. */
  function standingOf(visit: StepUpVisit, { subjectId, identifier, proofs }: Journey): StepUpVisit {
    const times = proofs.map((proof) => proof.provedAt)
    const lastProvedAt = times.length > 0 ? Math.max(...times) : visit.lastProvedAt
    return { ...visit, subjectId, identifier, lastProvedAt }
  }

  /** From the first rung, as if nobody were signed in. */
  async function restart(visit: StepUpVisit, journey: Journey, error?: string): Promise<Journey> {
    const { offered } = journey
    const opened = await advance(visit, { ...newJourney(undefined), isAnew: true, offered })
    return opened.open ? { ...opened, open: { ...opened.open, error } } : opened
  }

  async function settle(
    visit: StepUpVisit,
    journey: Journey,
    step: Step,
    outcome: Outcome<unknown>,
  ): Promise<Journey> {
    if (outcome.kind === 'ask') {
      const { page, state, error } = outcome
      return { ...journey, open: { step: step.name, page, state, error } }
    }
    if (outcome.kind === 'hand_over') {
      const { page, state } = outcome
      const moved = { ...journey, open: { step: step.name, page, state } }
      return offer(visit, moved, step)
    }
    if (outcome.kind === 'switch') return change(visit, journey, step, outcome.to)
    if (ladder.rung(step.name) === undefined) {
      return advance(visit, { ...journey, offered: [...journey.offered, step.name] })
    }
    if (outcome.kind === 'refused') return refuse(visit, journey, step, outcome.reason)
    if (outcome.kind === 'reprove') return restart(visit, journey, outcome.error)
    return prove(visit, journey, step, outcome)
  }

  function change(visit: StepUpVisit, journey: Journey, step: Step, to: string) {
    const from = ladder.rung(step.name)
    const other = ladder.rung(to)
    if (from === undefined || other?.rank !== from.rank) {
      throw new PanjerehError('state_conflict', `no way from ${step.name} to ${to}`)
    }
    return open(visit, journey, other)
  }

  async function refuse(
    visit: StepUpVisit,
    journey: Journey,
    step: Step,
    refused: RefusalReason,
  ): Promise<Journey> {
    step.forget?.(visit.uid)
    await record(
      'level.refused',
      { ...visit, subjectId: journey.subjectId },
      { method: step.name, reason: refused },
    )
    return { ...journey, open: undefined, refused }
  }

  async function prove(
    visit: StepUpVisit,
    journey: Journey,
    step: Step,
    outcome: Proved,
  ): Promise<Journey> {
    const result = await keepProof({ visit, journey, step }, outcome)
    if (result.kind === 'refused') return refuse(visit, journey, step, result.reason)
    if (result.kind === 'outrun') return again(visit, journey, step)
    return advance(visit, result.journey)
  }

  /** Somebody else was faster with this identity: the rung looks again, and knows of it now. */
  async function again(visit: StepUpVisit, journey: Journey, step: Step): Promise<Journey> {
    const opened = await open(visit, journey, step)
    return opened.open
      ? { ...opened, open: { ...opened.open, error: 'identity_conflict' } }
      : opened
  }

  /** A new code for another device; the one before is void. */
  async function offer(visit: StepUpVisit, journey: Journey, step: Step): Promise<Journey> {
    if (step.mayBeHandedOver === undefined || offerOf === undefined) {
      throw new PanjerehError('state_conflict', `${step.name} is not handed over`)
    }
    step.forget?.(visit.uid)
    // From one device to one other, and no further.
    if (visit.device !== undefined) return journey
    const handOver = await offerOf(standingOf(visit, journey), step.name)
    if (handOver !== undefined) return { ...journey, handOver }
    const { open: opened } = journey
    return { ...journey, open: opened && { ...opened, error: 'hand_over_too_many' } }
  }

  /** Here or there, the step begins anew where the interaction began. */
  async function takeBack(visit: StepUpVisit, journey: Journey, step: Step, error?: string) {
    step.forget?.(visit.uid)
    const standing = standingOf(visit, journey)
    await record('hand_over.ended', standing, { method: step.name })
    const handOver = journey.handOver && { ...journey.handOver, over: 'ended' as const }
    const begun = await settle(visit, { ...journey, handOver }, step, await step.begin(standing))
    return begun.open && error ? { ...begun, open: { ...begun.open, error } } : begun
  }

  /** What the browser may do while another device has the step. */
  async function wait(visit: StepUpVisit, journey: Journey, step: Step, { input }: Given) {
    if (input['action'] === 'handover') return offer(visit, journey, step)
    if (input['action'] === 'take_back') return takeBack(visit, journey, step)
    return journey
  }

  /** One form, given to the open step. */
  async function turn(visit: StepUpVisit, journey: Journey, given: Given): Promise<Journey> {
    if (journey.open === undefined) return advance(visit, journey)
    const step = ladder.step(journey.open.step)
    if (step === undefined) return advance(visit, { ...journey, open: undefined })
    const isAway = isHandedOver(journey.handOver)
    if (given.input['action'] === 'cancel') {
      return visit.device === undefined
        ? refuse(visit, journey, step, 'cancelled')
        : takeBack(visit, journey, step, 'hand_over_ended')
    }
    if (isAway && visit.device === undefined) return wait(visit, journey, step, given)
    const state = step.parse(journey.open.state)
    const standing = standingOf(visit, journey)
    const outcome = await step.proceed({ visit: standing, state, ...given })
    return returned(journey, await settle(visit, journey, step, outcome))
  }

  return { advance, turn }
}

/** A step that has ended is no longer handed over: what comes after it is for the first device. */
function returned({ proofs }: Journey, after: Journey): Journey {
  const { handOver } = after
  const isThere = after.refused === undefined && after.open?.step === handOver?.step
  if (handOver === undefined || handOver.over !== undefined || isThere) return after
  const over = after.proofs.length > proofs.length ? ('proved' as const) : ('ended' as const)
  return { ...after, handOver: { ...handOver, over } }
}
