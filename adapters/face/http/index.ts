import type { FaceMatcher } from '../../../src/ports/face-matcher.ts'
import type { LivenessProvider } from '../../../src/ports/liveness-provider.ts'
import type { PresentationAttackDetector } from '../../../src/ports/presentation-attack-detector.ts'
import type { Random } from '../../../src/ports/random.ts'
import { guardedEngine, type Ask } from './guard.ts'
import { httpLiveness } from './liveness.ts'
import { HttpEngineSettings } from './settings.ts'
import { Compared, encodedImage, Judged } from './wire.ts'

export { HttpEngineSettings } from './settings.ts'

export interface FacePorts {
  readonly matcher: FaceMatcher
  readonly attacks: PresentationAttackDetector
  readonly liveness: LivenessProvider
}

/** An outside, for example a certified, face engine that speaks docs/face-engine.md. Throws ZodError for settings
 *  that are none. */
export function httpFaceEngine(needs: { readonly random: Random }, settings: unknown): FacePorts {
  const parsed = HttpEngineSettings.parse(settings)
  const ask = guardedEngine(needs, parsed)
  const verifier = `http ${parsed.engine}`
  return {
    matcher: httpMatcher(ask, verifier),
    attacks: httpAttacks(ask, verifier),
    liveness: httpLiveness(ask, needs, parsed),
  }
}

const httpMatcher = (ask: Ask, verifier: string): FaceMatcher => ({
  verifier,
  async compare(probes, reference) {
    const body = { probes: probes.map(encodedImage), reference: encodedImage(reference) }
    const path = 'v1/compare'
    const result = await ask({ path, body, schema: Compared, manner: 'repeatable' })
    return result === 'busy' ? { kind: 'busy' } : result
  },
})

const httpAttacks = (ask: Ask, verifier: string): PresentationAttackDetector => ({
  verifier,
  async judge(frames) {
    const body = { frames: frames.map(encodedImage) }
    const path = 'v1/attacks'
    const result = await ask({ path, body, schema: Judged, manner: 'repeatable' })
    return result === 'busy' ? { kind: 'busy' } : result
  },
})
