import { setTimeout as pause } from 'node:timers/promises'
import type { Ports } from '../ports/index.ts'
import { Journey, newJourney, type HandOver } from './journey.ts'
import type { Input, Message, Reply, StepFile } from './level.ts'
import {
  isHandedOver,
  mayGoOn,
  phaseOf,
  placeFor,
  stager,
  type Stage,
  type StepUpVisit,
} from './stage.ts'
import { walk, type Given, type WalkPolicy } from './walk.ts'

export type { Goal, Stage, StepUpVisit } from './stage.ts'

/** A message of a page's script, as it came. */
export interface Sent extends Pick<Message<unknown>, 'sequence' | 'body'> {
  /** The page that it comes from. */
  readonly place: string
}

/** `moved`: the page that it comes from is not the one that is open here. */
export type Answered =
  | { readonly kind: 'reply'; readonly reply: Reply }
  | { readonly kind: 'moved' }
  | { readonly kind: 'too_many' }

/** Where an interaction stands, for a page that waits. */
export interface Whereabouts {
  /** Absent: no page is open, and the next look will move on. */
  readonly place?: string
  /** Of a hand-over. */
  readonly phase?: 'waiting' | 'taken' | 'expired'
}

/** Leads one person up the ladder, rung after rung, and remembers where he stands. */
export interface StepUp {
  /** Where the interaction stands; opens the next step when none is open. Safe to repeat. */
  show(visit: StepUpVisit): Promise<Stage>
  /** Hands what was typed to the open step. */
  proceed(visit: StepUpVisit, input: Input, files?: Given['files']): Promise<Stage>
  /** Hands a message of the page's script to the open step; the journey stays where it is. */
  receive(visit: StepUpVisit, sent: Sent): Promise<Answered>
  /** A file of the page that is open here. */
  file(visit: StepUpVisit, name: string): Promise<StepFile | undefined>
  where(visit: StepUpVisit): Promise<Whereabouts>
}

export interface StepUpPolicy extends WalkPolicy {
  readonly ttlSeconds: number
  /** What the QR code of a hand-over says. */
  readonly addressOf?: (uid: string, handOver: HandOver) => string
  /** Where the files of an interaction's page are. */
  readonly filesAt?: (uid: string) => string
}

/** Longer than a turn may take: gateways and registries have their own, shorter deadlines. */
const TURN_MS = 15_000
/** How often the second of two at once looks whether the first is done. */
const LOOKS_MS = [25, 50, 100, 200, 400, 800, 1600, 3200, 6400]

type Needs = Pick<Ports, 'clock' | 'events' | 'evidence' | 'steps' | 'subjects'>

export function stepUp(ports: Needs, policy: StepUpPolicy): StepUp {
  const { clock, steps } = ports
  const { ladder, addressOf = () => '', filesAt = () => '' } = policy
  const { advance, turn } = walk(ports, policy)
  const stage = stager({ ladder, clock, addressOf, filesAt })

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

  const isSettled = (journey: Journey) => journey.finished || journey.refused !== undefined
  /** A form of a page that was left behind: sent twice, or by the back button. */
  const isStale = (visit: StepUpVisit, journey: Journey, { place }: Input) =>
    journey.open !== undefined && place !== undefined && place !== placeFor(visit, journey)
  const isBusy = ({ busyUntil = 0 }: Journey) => clock.now() < busyUntil
  /** Another device without a right (any more): it sees that, and does nothing. */
  const isOutside = (visit: StepUpVisit, journey: Journey) =>
    visit.device !== undefined && !mayGoOn(visit, journey)

  async function show(visit: StepUpVisit): Promise<Stage> {
    const { journey, version } = await load(visit)
    if (isSettled(journey) || journey.open || isOutside(visit, journey)) {
      return stage(visit, journey)
    }
    return keep(visit, await advance(visit, journey), version)
  }

  /** One turn at a time: whoever saves first takes it, so that of a form sent twice one is acted on. */
  async function proceed(visit: StepUpVisit, input: Input, files?: Given['files']): Promise<Stage> {
    const { journey, version } = await load(visit)
    const isVain = isSettled(journey) || isStale(visit, journey, input) || isOutside(visit, journey)
    if (isVain) return stage(visit, journey)
    const busy = { ...journey, busyUntil: clock.now() + TURN_MS }
    if (isBusy(journey) || !(await save(visit, busy, version))) {
      return stage(visit, await afterOther(visit))
    }
    const taken = (version ?? 0) + 1
    const free = { ...journey, busyUntil: undefined }
    try {
      return await keep(visit, await turn(visit, free, { input, files }), taken)
    } catch (error) {
      await save(visit, free, taken).catch(() => false)
      throw error
    }
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

  async function receive(visit: StepUpVisit, sent: Sent): Promise<Answered> {
    const { journey } = await load(visit)
    const { open, subjectId, identifier } = journey
    const isHere = open !== undefined && sent.place === placeFor(visit, journey)
    const step = open && ladder.step(open.step)
    if (!isHere || !mayGoOn(visit, journey) || isSettled(journey) || isBusy(journey) || !step) {
      return { kind: 'moved' }
    }
    const { sequence, body } = sent
    const state = step.parse(open.state)
    const standing = { ...visit, subjectId, identifier }
    const reply = await step.receive?.({ visit: standing, state, sequence, body })
    if (reply === undefined) return { kind: 'moved' }
    return reply === 'too_many' ? { kind: 'too_many' } : { kind: 'reply', reply }
  }

  async function file(visit: StepUpVisit, name: string): Promise<StepFile | undefined> {
    const { journey } = await load(visit)
    const { open, subjectId, identifier } = journey
    const step = open && ladder.step(open.step)
    if (!step || isSettled(journey) || !mayGoOn(visit, journey)) return undefined
    const standing = { ...visit, subjectId, identifier }
    return step.file?.({ visit: standing, state: step.parse(open?.state), name })
  }

  async function where(visit: StepUpVisit): Promise<Whereabouts> {
    const { journey } = await load(visit)
    const { handOver } = journey
    if (isSettled(journey) || isOutside(visit, journey)) return {}
    const place = placeFor(visit, journey)
    return isHandedOver(handOver) ? { place, phase: phaseOf(handOver, clock.now()) } : { place }
  }

  return { show, proceed, receive, file, where }
}
