import type { AssuranceLevel, Outcome, Turn, Visit } from '../../src/assurance/level.ts'
import { UpstreamUnavailable } from '../../src/errors.ts'
import { faceCamera } from './camera.ts'
import { faceCard } from './card.ts'
import { isNobodysFault } from './decision.ts'
import { evidenceOf, type Judgement } from './evidence.ts'
import { faceGuard } from './guard.ts'
import { faceJudge } from './judge.ts'
import type { FaceNeeds } from './needs.ts'
import { facePages } from './page.ts'
import { personIn, trierOf } from './person.ts'
import type { FacePolicy } from './policy.ts'
import type { Person } from './portraits.ts'
import { suspicionOf, VIRTUAL_FROM } from './signals.ts'
import { FaceState, type FaceError, type FaceReason, type FaceStop } from './state.ts'

export type { FacePolicy } from './policy.ts'

type Answer = Outcome<FaceState>
type State<Kind> = Extract<FaceState, { kind: Kind }>
/** What goes along from one try to the next. */
type Kept = Pick<State<'liveness'>, 'gentle' | 'card'>

/** Level 3: the person of level 2 is in front of the camera, alive, and is the person of the national card (and of
 *  the registry's portrait, where there is one). Pictures live in memory only, and go whatever comes of it. */
export function faceLevel(ports: FaceNeeds, policy: FacePolicy): AssuranceLevel<FaceState> {
  const { captures, clock, face, identities } = ports
  const guard = faceGuard(ports, policy)
  const judge = faceJudge(ports, policy)
  const readCard = faceCard(ports)

  function forget(uid: string): void {
    captures.wipe(uid)
    face.liveness.discard(uid)
  }

  async function begin(visit: Visit): Promise<Answer> {
    const person = await personOf(visit)
    if (typeof person === 'string') return stop(person)
    const { left, tryAt } = await guard.left(trierOf(visit))
    return left > 0 ? ask({ kind: 'consent' }) : stop('too_many', tryAt)
  }

  async function personOf({ subjectId = '' }: Visit): Promise<Person | FaceStop> {
    return personIn(await identities.ofSubject(subjectId))
  }

  async function proceed(turn: Turn<FaceState>): Promise<Answer> {
    const { state, input, visit } = turn
    if (state.kind === 'stopped') return { kind: 'refused', reason: REFUSALS[state.why] }
    const person = await personOf(visit)
    if (typeof person === 'string') return stop(person)
    if (input['action'] === 'handover') return HAND_OVER
    try {
      return await answer(turn, person)
    } catch (error) {
      if (error instanceof UpstreamUnavailable) return later(turn)
      forget(visit.uid)
      throw error
    }
  }

  function answer(turn: Turn<FaceState>, person: Person): Answer | Promise<Answer> {
    const { state, input, visit } = turn
    if (state.kind === 'card') return card(turn, person)
    if (state.kind === 'liveness') return liveness(turn, state, person)
    if (state.kind === 'again') return retry(visit, state)
    return input['action'] === 'agree' ? ask({ kind: 'card' }) : ask({ kind: 'consent' })
  }

  async function card(turn: Turn<FaceState>, person: Person): Promise<Answer> {
    const trier = trierOf(turn.visit)
    if (!(await guard.mayRead(trier))) return stop('too_many', clock.now() + HOUR_MS)
    const finding = await readCard(turn, person)
    if (finding.kind === 'missing') return ask({ kind: 'card' }, 'card_missing')
    if (finding.kind === 'no') return again(turn.visit, [finding.reason], 'card')
    return toLiveness(turn.visit, { gentle: false, card: finding.facts })
  }

  /** Nobody is led to a camera who has no try left. */
  async function toLiveness(visit: Visit, kept: Kept, error?: FaceError): Promise<Answer> {
    const { left, tryAt } = await guard.left(trierOf(visit))
    if (left === 0) return end(visit, 'too_many', tryAt)
    const { secondsAllowed } = face.liveness
    return ask({ kind: 'liveness', secondsAllowed, ...kept }, error)
  }

  async function liveness(
    { visit, input }: Turn<FaceState>,
    { gentle, card: facts = {} }: State<'liveness'>,
    person: Person,
  ): Promise<Answer> {
    const kept = { gentle, card: facts }
    const other = GENTLE[input['action'] ?? '']
    if (other !== undefined) return toLiveness(visit, { ...kept, gentle: other })
    const suspicion = suspicionOf(input['signals'])
    if (policy.virtualCameras === 'refuse' && suspicion.score >= VIRTUAL_FROM) {
      return end(visit, 'virtual_camera')
    }
    const portrait = captures.get(visit.uid, 'portrait')
    if (portrait === undefined) return lost(visit)
    const verdict = await face.liveness.conclude(visit.uid)
    if (verdict === undefined) return toLiveness(visit, kept, 'face_lost')
    const judged = await judge({ visit, person, verdict, portrait, card: facts, suspicion })
    return settle(visit, judged, kept)
  }

  /** After a time-out, or in another process: the pictures are gone, and nothing was proved. */
  function lost({ uid }: Visit): Answer {
    forget(uid)
    return ask({ kind: 'card' }, 'face_lost')
  }

  async function settle(visit: Visit, judgement: Judgement, kept: Kept): Promise<Answer> {
    const { decision } = judgement
    const isFree = decision.kind === 'proved' || isNobodysFault(decision)
    if (isFree) await guard.acquit(trierOf(visit))
    if (decision.kind === 'again') return again(visit, decision.reasons, decision.stage, kept)
    if (decision.kind === 'refused') return end(visit, decision.why)
    forget(visit.uid)
    return { kind: 'proved', evidence: [evidenceOf(judgement, policy.lifetimeSeconds)] }
  }

  async function again(
    visit: Visit,
    reasons: readonly FaceReason[],
    stage: State<'again'>['stage'],
    kept: Kept = { gentle: false, card: {} },
  ): Promise<Answer> {
    // The portrait stays for the next try, unless it is what has to be taken anew.
    if (stage === 'card') captures.wipe(visit.uid)
    const { left, tryAt } = await guard.left(trierOf(visit))
    if (left === 0) return end(visit, 'too_many', tryAt)
    return ask({ kind: 'again', reasons: [...reasons], triesLeft: left, stage, ...kept })
  }

  async function retry(visit: Visit, { stage, gentle, card: facts }: State<'again'>) {
    if (stage === 'card') return ask({ kind: 'card' })
    const isHeld = captures.get(visit.uid, 'portrait') !== undefined
    return isHeld ? toLiveness(visit, { gentle, card: facts }) : lost(visit)
  }

  /** Somebody outside us is away. */
  async function later({ visit, state }: Turn<FaceState>): Promise<Answer> {
    if (state.kind !== 'liveness') return again(visit, ['unavailable'], 'card')
    await guard.acquit(trierOf(visit))
    return again(visit, ['unavailable'], 'liveness', { gentle: state.gentle, card: state.card })
  }

  function end({ uid }: Visit, why: FaceStop, tryAt?: number): Answer {
    forget(uid)
    return stop(why, tryAt)
  }

  return {
    name: 'face',
    rank: 3,
    mayBeHandedOver: true,
    parse: (stored) => FaceState.parse(stored),
    begin,
    proceed,
    receive: faceCamera(ports, guard),
    forget,
    pages: facePages,
  }
}

const HAND_OVER: Answer = { kind: 'hand_over', page: 'consent', state: { kind: 'consent' } }
const HOUR_MS = 3_600_000
const GENTLE: Readonly<Record<string, boolean>> = { gentle: true, turning: false }

const REFUSALS = {
  no_card: 'not_eligible',
  not_identified: 'not_eligible',
  too_many: 'too_many_tries',
  other_face: 'not_eligible',
  virtual_camera: 'not_eligible',
} as const satisfies Readonly<Record<FaceStop, string>>

const ask = (state: FaceState, error?: FaceError) =>
  ({ kind: 'ask', page: state.kind, state, error }) as const

const stop = (why: FaceStop, tryAt?: number): Answer => ask({ kind: 'stopped', why, tryAt })
