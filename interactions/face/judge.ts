import type { Visit } from '../../src/assurance/level.ts'
import type { EncodedImage } from '../../src/ports/encoded-image.ts'
import type { LivenessVerdict } from '../../src/ports/liveness-provider.ts'
import { decide, type Found } from './decision.ts'
import { evidenceOf, prefixed, reasonsOf, type Judgement } from './evidence.ts'
import { patiently, type FaceNeeds } from './needs.ts'
import type { FacePolicy } from './policy.ts'
import { portraits, type Person } from './portraits.ts'
import { factsOf, type Suspicion } from './signals.ts'
import type { Facts } from './state.ts'

export interface Case {
  readonly visit: Visit
  readonly person: Person
  readonly verdict: LivenessVerdict
  /** Cut out of the picture of the card. */
  readonly portrait: EncodedImage
  readonly card: Facts
  readonly suspicion: Suspicion
}

/** Puts together what was seen in one stream, decides, and writes the decision down before anybody hears of it. */
export function faceJudge(ports: FaceNeeds, policy: FacePolicy) {
  const { cards, clock, events, evidence, face } = ports
  const portraitOf = portraits(ports, policy)

  async function judge(given: Case): Promise<Judgement> {
    const { verdict, card, suspicion } = given
    try {
      const { found, facts } = await find(given)
      const judgement: Judgement = {
        decision: decide(found),
        found,
        facts: { ...prefixed('card', card), ...factsOf(suspicion), ...facts },
        verifiers: verifiers(),
        at: clock.now(),
      }
      await write(given.visit, judgement)
      return judgement
    } finally {
      if (verdict.kind === 'live') verdict.frames.forEach((frame) => frame.fill(0))
    }
  }

  async function find(given: Case): Promise<{ found: Found; facts: Facts }> {
    const { visit, person, verdict, portrait } = given
    if (verdict.kind === 'failed') return { found: { liveness: verdict }, facts: {} }
    const { frames, ...liveness } = verdict
    const { image, facts } = await portraitOf(visit, person)
    try {
      const [attack, card, registry] = await Promise.all([
        patiently(() => face.attacks.judge(frames)),
        patiently(() => face.matcher.compare(frames, portrait)),
        image && patiently(() => face.matcher.compare(frames, image)),
      ])
      return { found: { liveness, attack, card, registry }, facts }
    } finally {
      image?.fill(0)
    }
  }

  /** A yes is written by the driver, together with the level that it gives. */
  async function write(visit: Visit, judgement: Judgement): Promise<void> {
    const { clientId, subjectId, requestId } = visit
    const { decision, at } = judgement
    const detail = { result: decision.kind, stage: 'liveness', reasons: reasonsOf(decision) }
    const event = { type: 'face.judged', at, clientId, subjectId, requestId, detail } as const
    if (decision.kind === 'proved') return events.record(event)
    const kept = [evidenceOf(judgement, policy.lifetimeSeconds)]
    await evidence.keep({ subjectId, evidence: kept, events: [event] })
  }

  const verifiers = () => ({
    matcher: face.matcher.verifier,
    liveness: face.liveness.verifier,
    attacks: face.attacks.verifier,
    cards: cards.verifier,
  })

  return judge
}
