import type { Evidence } from '../../src/ports/evidence-store.ts'
import type { FaceComparison } from '../../src/ports/face-matcher.ts'
import type { PresentationVerdict } from '../../src/ports/presentation-attack-detector.ts'
import type { Decision, Found } from './decision.ts'
import { DECISION_VERSION } from './policy.ts'
import type { Facts } from './state.ts'

export interface Judgement {
  readonly decision: Decision
  readonly found: Found
  /** Of the card, the registry's portrait and the camera, as they are. */
  readonly facts: Facts
  /** Which engines said so. */
  readonly verifiers: Readonly<Record<'matcher' | 'liveness' | 'attacks' | 'cards', string>>
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** Every decision with its scores, the versions of models, thresholds and rule, and nothing of which a face could
 *  be made. What proved nothing is kept with rank 0, which no level is ever given for. */
export function evidenceOf(judgement: Judgement, lifetimeSeconds: number): Evidence {
  const { decision, found, facts, verifiers, at } = judgement
  const isProved = decision.kind === 'proved'
  return {
    rank: isProved ? 3 : 0,
    method: 'face',
    amr: isProved ? ['face'] : [],
    provedAt: at,
    verifier: DECISION_VERSION,
    detail: {
      result: decision.kind,
      reasons: reasonsOf(decision),
      ...verifiers,
      ...prefixed('live', found.liveness.facts),
      liveness_result: found.liveness.kind === 'live' ? 'live' : found.liveness.reason,
      ...('card' in found ? compared(found) : {}),
      ...facts,
      ...(isProved ? { expires_at: at + lifetimeSeconds * 1000 } : {}),
    },
  }
}

export function reasonsOf(decision: Decision): string {
  if (decision.kind === 'again') return decision.reasons.join(' ')
  return decision.kind === 'refused' ? decision.why : ''
}

function compared({ attack, card, registry }: Extract<Found, { card: unknown }>): Facts {
  return {
    ...told('attack', attack),
    ...told('card_match', card),
    ...(registry ? told('registry_match', registry) : {}),
  }
}

function told(name: string, said: FaceComparison | PresentationVerdict): Facts {
  if (said.kind === 'busy') return { [name]: 'busy' }
  if (said.kind === 'unusable') return { [name]: said.problem }
  return { [name]: said.decision, [`${name}_score`]: Number(said.score.toFixed(4)) }
}

export const prefixed = (prefix: string, facts: Facts): Facts =>
  Object.fromEntries(Object.entries(facts).map(([name, value]) => [`${prefix}_${name}`, value]))
