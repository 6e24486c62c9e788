import type { Visit } from '../../src/assurance/level.ts'
import type { EncodedImage } from '../../src/ports/encoded-image.ts'
import type { Ports } from '../../src/ports/index.ts'
import type { FacePolicy } from './policy.ts'
import type { Facts } from './state.ts'

type Needs = Pick<Ports, 'clock' | 'events' | 'registries'>

export interface Person {
  readonly nationalId: string
  /** ISO 8601, Gregorian. */
  readonly birthDate: string
}

export interface RegistryPortrait {
  /** Absent: the registry gave none. */
  readonly image?: EncodedImage
  /** For the evidence. */
  readonly facts: Facts
}

/** The Civil Registry's portrait, where this window has leave to ask for it. Nobody is kept from level 3 by a
 *  registry that gives none or is away: the card alone must then be beyond doubt. */
export function portraits({ clock, events, registries }: Needs, policy: FacePolicy) {
  return async (visit: Visit, { nationalId, birthDate }: Person): Promise<RegistryPortrait> => {
    if (policy.registryPortrait === 'never' || registries.civil === undefined) return NONE
    const answer = await registries.civil.portrait(nationalId, birthDate)
    const result = answer.kind === 'indeterminate' ? answer.reason : answer.kind
    const { clientId, subjectId, requestId } = visit
    const about = { clientId, subjectId, requestId, at: clock.now() }
    const detail = { registry: 'civil_portrait', result }
    await events.record({ type: 'registry.asked', ...about, detail })
    if (answer.kind !== 'match') return { facts: { registry_portrait: result } }
    const { found, receipt } = answer
    const facts = {
      registry_portrait: 'match',
      registry_verifier: receipt.verifier,
      registry_request: receipt.requestId,
      registry_answer_hash: receipt.answerHash,
    }
    return { image: found.body, facts }
  }
}

const NONE: RegistryPortrait = { facts: { registry_portrait: 'not_asked' } }
