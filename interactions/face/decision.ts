import type { ImageProblem } from '../../src/ports/encoded-image.ts'
import type { FaceComparison } from '../../src/ports/face-matcher.ts'
import type { LivenessVerdict } from '../../src/ports/liveness-provider.ts'
import type { PresentationVerdict } from '../../src/ports/presentation-attack-detector.ts'
import type { FaceReason, FaceStage, FaceStop } from './state.ts'

/** What was found in one stream; the comparisons are of its frames alone. */
export type Found =
  | { readonly liveness: Extract<LivenessVerdict, { kind: 'failed' }> }
  | {
      readonly liveness: Omit<Extract<LivenessVerdict, { kind: 'live' }>, 'frames'>
      /** Of the very frames that were compared. */
      readonly attack: PresentationVerdict
      /** With the portrait on the card. */
      readonly card: FaceComparison
      /** With the registry's portrait, when it gave one. */
      readonly registry?: FaceComparison
    }

export type Decision =
  | { readonly kind: 'proved' }
  | {
      readonly kind: 'again'
      readonly reasons: readonly FaceReason[]
      readonly stage: FaceStage
    }
  | { readonly kind: 'refused'; readonly why: FaceStop }

/** Level 3 in one place. Alive, no presentation attack, and the same person: as the card alone says beyond doubt,
 *  or as card and registry say together, one of them beyond doubt and neither against it. Whatever is not known
 *  is never a yes. */
export function decide(found: Found): Decision {
  const { liveness } = found
  if (!('card' in found)) return again(liveness.kind === 'failed' ? liveness.reason : 'not_turned')
  const { attack, card, registry } = found
  if ([attack, card, registry].some((one) => one?.kind === 'busy')) return again('busy')
  if (attack.kind === 'unusable') return again(FRAME_PROBLEMS[attack.problem])
  if (attack.kind !== 'judged' || attack.decision !== 'bona_fide') {
    return again('presentation_attack')
  }
  return matched(card, registry)
}

function matched(card: FaceComparison, registry: FaceComparison | undefined): Decision {
  if (card.kind === 'unusable') {
    if (card.which === 'reference') return again('portrait_poor', 'card')
    return again(FRAME_PROBLEMS[card.problem])
  }
  if (card.kind !== 'compared') return again('match_unsure')
  const others = registry?.kind === 'compared' ? [registry.decision] : []
  const decisions = [card.decision, ...others]
  if (decisions.includes('different')) return { kind: 'refused', why: 'other_face' }
  return decisions.includes('same') ? { kind: 'proved' } : again('match_unsure')
}

const again = (reason: FaceReason, stage: FaceStage = 'liveness'): Decision => ({
  kind: 'again',
  reasons: [reason],
  stage,
})

/** What may be wrong with a frame, in the words in which it is told of a stream. */
const FRAME_PROBLEMS: Readonly<Record<ImageProblem, FaceReason>> = {
  unreadable: 'blurred',
  no_face: 'no_face',
  several_faces: 'several_faces',
  too_small: 'no_face',
  too_dark: 'too_dark',
  blurred: 'blurred',
}

/** Nothing of it was the person's doing: the try is not counted. */
export function isNobodysFault(decision: Decision): boolean {
  const { kind } = decision
  return (
    kind === 'again' && decision.reasons.every((one) => one === 'busy' || one === 'unavailable')
  )
}
