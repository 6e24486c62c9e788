import type { EncodedImage } from '../../../src/ports/encoded-image.ts'
import type { FaceComparison, FaceMatcher } from '../../../src/ports/face-matcher.ts'
import { meanEmbedding, similarity } from './embedding.ts'
import type { FaceEngine } from './face-engine.ts'
import type { OperatingPoints } from './operating-points.ts'
import { FRAME_GATE, usableFace, type QualityGate, type Usable } from './usable.ts'

export interface MatcherSettings {
  readonly points: OperatingPoints
  readonly probeGate?: QualityGate
  readonly referenceGate?: QualityGate
}

/** More say nothing new and are not looked at. */
const MOST_PROBES = 5

/** A portrait as a card has it. Below, more genuine people fail than pass (docs/level-3.md). */
export const PORTRAIT_GATE: QualityGate = {
  ...FRAME_GATE,
  minHeight: 48,
  minSharpness: 8,
  minScore: 0.9,
}

type Reference = Extract<Usable, { kind: 'usable' }>['face']

/** Compares by the cosine of embeddings. Probes are taken together as their mean; the portrait is looked at
 *  several times (mirrored, nearer, farther), which steadies a poor one. */
export function onnxMatcher(
  engine: FaceEngine,
  { points, probeGate = FRAME_GATE, referenceGate = PORTRAIT_GATE }: MatcherSettings,
): FaceMatcher {
  async function usableProbes(probes: readonly EncodedImage[]): Promise<readonly Usable[]> {
    const looks = probes
      .slice(0, MOST_PROBES)
      .map((probe) => engine.look(probe, { embedding: true }))
    return (await Promise.all(looks)).map((look) => usableFace(look, probeGate))
  }

  return {
    verifier: `panjereh-cosine/${points.version} same=${points.same} unsure=${points.unsure} ${engine.version}`,
    async compare(probes, reference) {
      const [portrait, found] = await Promise.all([
        engine
          .look(reference, { embedding: 'averaged' })
          .then((look) => usableFace(look, referenceGate)),
        usableProbes(probes),
      ])
      if (portrait.kind === 'busy' || found.some(({ kind }) => kind === 'busy'))
        return { kind: 'busy' }
      if (portrait.kind === 'unusable') return { ...portrait, which: 'reference' }
      return compared(found, portrait.face, points)
    },
  }
}

/** Poor probes are left out while good ones are left; two faces in one, or two people in all, are never. */
function compared(
  found: readonly Usable[],
  reference: Reference,
  points: OperatingPoints,
): FaceComparison {
  const problems = found.flatMap((one) => (one.kind === 'unusable' ? [one.problem] : []))
  const embeddings = found.flatMap((one) =>
    one.kind === 'usable' && one.face.embedding ? [one.face.embedding] : [],
  )
  if (problems.includes('several_faces') || !isOnePerson(embeddings, points)) {
    return { kind: 'unusable', which: 'probe', problem: 'several_faces' }
  }
  if (embeddings.length === 0) {
    return { kind: 'unusable', which: 'probe', problem: problems[0] ?? 'no_face' }
  }
  const portrait = reference.embedding
  const score = portrait ? similarity(meanEmbedding(embeddings), portrait) : -1
  return { kind: 'compared', decision: decisionOf(score, points), score: rounded(score) }
}

function isOnePerson(embeddings: readonly Float32Array[], { unsure }: OperatingPoints): boolean {
  const [first, ...others] = embeddings
  return first === undefined || others.every((other) => similarity(first, other) >= unsure)
}

/** What is not a number is not a match. */
function decisionOf(score: number, { same, unsure }: OperatingPoints) {
  if (score >= same) return 'same'
  return score >= unsure ? 'unsure' : 'different'
}

const rounded = (score: number) => Math.round(score * 1e4) / 1e4
