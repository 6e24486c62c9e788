import { setTimeout as pause } from 'node:timers/promises'
import type { Clock } from '../ports/clock.ts'
import type { EventType } from '../ports/event-sink.ts'
import type { Ports } from '../ports/index.ts'
import type { SessionProof } from '../ports/session-level-store.ts'
import { PanjerehError } from '../errors.ts'
import type { Ladder } from './ladder.ts'
import type { Input, Markup, Outcome, RefusalReason, Step, Visit } from './level.ts'
import { Journey, newJourney } from './journey.ts'
import { proofKeeper, type Proved } from './proof-keeper.ts'

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
    }
  | {
      readonly kind: 'refused'
      readonly reason: RefusalReason
      readonly subjectId?: string
      /** What was proved before; of worth where a lower level is taken. */
      readonly proofs: readonly SessionProof[]
    }

/** Leads one person up the ladder, rung after rung, and remembers where he stands. */
export interface StepUp {
  /** Where the interaction stands; opens the next step when none is open. Safe to repeat. */
  show(visit: StepUpVisit): Promise<Stage>
  /** Hands what was typed to the open step. */
  proceed(visit: StepUpVisit, input: Input): Promise<Stage>
}

export interface StepUpPolicy {
  readonly ladder: Ladder
  readonly recycledAfter: number
  readonly ttlSeconds: number
}

/** Longer than a turn may take: gateways and registries have their own, shorter deadlines. */
const TURN_MS = 15_000
/** How often the second of two at once looks whether the first is done. */
const LOOKS_MS = [25, 50, 100, 200, 400, 800, 1600, 3200, 6400]

type Needs = Pick<Ports, 'clock' | 'events' | 'evidence' | 'steps' | 'subjects'>

export function stepUp(ports: Needs, policy: StepUpPolicy): StepUp {
  const { clock, events, steps } = ports
  const keepProof = proofKeeper(ports, policy)
  const { ladder } = policy

  async function load(visit: StepUpVisit): Promise<{ journey: Journey; version?: number }> {
    const stored = await steps.load(visit.uid)
    const pinned = visit.goal.reauthenticate ? undefined : visit.subjectId
    if (stored === undefined) return { journey: newJourney(pinned) }
    return { journey: Journey.parse(stored.value), version: stored.version }
  }

  /** False when another request of the same person was faster; its result stands. */
  function save(visit: StepUpVisit, journey: Journey, version: number | undefined) {
    return steps.save(visit.uid, journey, version, policy.ttlSeconds)
  }

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

  /** Opens steps until one has something to ask, or nothing is left. */
  async function advance(visit: StepUpVisit, journey: Journey): Promise<Journey> {
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
    if (outcome.kind === 'switch') return change(visit, journey, step, outcome.to)
    if (ladder.rung(step.name) === undefined) {
      return advance(visit, { ...journey, offered: [...journey.offered, step.name] })
    }
    if (outcome.kind === 'refused') return refuse(visit, journey, step.name, outcome.reason)
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
    method: string,
    refused: RefusalReason,
  ): Promise<Journey> {
    await record(
      'level.refused',
      { ...visit, subjectId: journey.subjectId },
      { method, reason: refused },
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
    if (result.kind === 'refused') return refuse(visit, journey, step.name, result.reason)
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

  function stage(visit: StepUpVisit, journey: Journey): Stage {
    const { open: opened, refused, subjectId, proofs } = journey
    if (refused) return { kind: 'refused', reason: refused, subjectId, proofs }
    if (opened) return page(visit, opened, clock)
    if (subjectId === undefined)
      throw new PanjerehError('state_conflict', 'a journey without a person')
    return { kind: 'finished', subjectId, proofs }
  }

  function page(visit: StepUpVisit, opened: NonNullable<Journey['open']>, { now }: Clock): Stage {
    const step = ladder.step(opened.step)
    const draw = step?.pages[opened.page]
    if (step === undefined || draw === undefined) {
      throw new PanjerehError('state_conflict', `no page ${opened.page} in ${opened.step}`)
    }
    const rank = ladder.rung(step.name)?.rank ?? 0
    const others = ladder.ways(rank).filter((way) => way.name !== step.name)
    const body = draw({
      state: step.parse(opened.state),
      error: opened.error,
      locale: visit.locale,
      now: now(),
      alternatives: others.map((way) => way.name),
      mayFallBack: visit.goal.mayFallBack,
    })
    const place = placeOf(opened)
    return { kind: 'page', step: step.name, place, rank, body, error: opened.error }
  }

  const isSettled = (journey: Journey) => journey.finished || journey.refused !== undefined
  /** A form of a page that was left behind: sent twice, or by the back button. */
  const isStale = ({ open: opened }: Journey, { place }: Input) =>
    opened !== undefined && place !== undefined && place !== placeOf(opened)
  const isBusy = ({ busyUntil = 0 }: Journey) => clock.now() < busyUntil

  async function show(visit: StepUpVisit): Promise<Stage> {
    const { journey, version } = await load(visit)
    if (isSettled(journey) || journey.open) return stage(visit, journey)
    return keep(visit, await advance(visit, journey), version)
  }

  /** One turn at a time: whoever saves first takes it, so that of a form sent twice one is acted on. */
  async function proceed(visit: StepUpVisit, input: Input): Promise<Stage> {
    const { journey, version } = await load(visit)
    if (isSettled(journey) || isStale(journey, input)) return stage(visit, journey)
    const busy = { ...journey, busyUntil: clock.now() + TURN_MS }
    if (isBusy(journey) || !(await save(visit, busy, version))) {
      return stage(visit, await afterOther(visit))
    }
    const taken = (version ?? 0) + 1
    const free = { ...journey, busyUntil: undefined }
    try {
      return await keep(visit, await turn(visit, free, input), taken)
    } catch (error) {
      await save(visit, free, taken).catch(() => false)
      throw error
    }
  }

  async function turn(visit: StepUpVisit, journey: Journey, input: Input): Promise<Journey> {
    if (journey.open === undefined) return advance(visit, journey)
    const step = ladder.step(journey.open.step)
    if (step === undefined) return advance(visit, { ...journey, open: undefined })
    if (input['action'] === 'cancel') return refuse(visit, journey, step.name, 'cancelled')
    const state = step.parse(journey.open.state)
    const standing = standingOf(visit, journey)
    return settle(visit, journey, step, await step.proceed({ visit: standing, state, input }))
  }

  async function keep(visit: StepUpVisit, moved: Journey, version: number | undefined) {
    if (await save(visit, moved, version)) return stage(visit, moved)
    return stage(visit, (await load(visit)).journey)
  }

  /** Where the other request led, once it is there. */
  async function afterOther(visit: StepUpVisit): Promise<Journey> {
    for (const ms of LOOKS_MS) {
      const { journey } = await load(visit)
      if (!isBusy(journey)) return journey
      await pause(ms)
    }
    return (await load(visit)).journey
  }

  return { show, proceed }
}

function placeOf({ step, page }: NonNullable<Journey['open']>): string {
  return `${step}/${page}`
}
