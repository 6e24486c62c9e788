import { readFile } from 'node:fs/promises'
import type { FaceEngine } from '../../adapters/face/onnx/engine.ts'
import { inTurns, patientLook, type Work } from './face-looks.ts'
import { equalErrorRate, median, ratesAt, scoresOf, type Scored } from './face-rates.ts'
import type { Presented } from './face-sets.ts'

export interface AttackSettings extends Work {
  readonly engine: FaceEngine
  readonly presented: readonly Presented[]
  /** From which on a frame is bona fide. */
  readonly threshold: number
}

interface Judged extends Presented {
  /** Undefined: no face was found. */
  readonly score?: number
}

/** Passive detection, of single frames and of presentations (the median of the frames of a folder). Rates as in
 *  ISO/IEC 30107-3: APCER of each kind of attack by itself, BPCER, and the share without an answer. */
export async function measureAttacks(settings: AttackSettings) {
  const { engine, presented, threshold } = settings
  const frames = await inTurns(presented, settings, async (one): Promise<Judged> => {
    const look = await patientLook(engine, await readFile(one.file), { attack: true })
    return { ...one, score: look.kind === 'seen' ? look.faces[0]?.bonaFide : undefined }
  })
  return {
    threshold,
    frames: rates(frames, threshold),
    presentations: rates(presentationsOf(frames), threshold),
  }
}

function presentationsOf(frames: readonly Judged[]): readonly Judged[] {
  return [...Map.groupBy(frames, ({ presentation }) => presentation).values()].flatMap((group) => {
    const [first] = group
    const scores = group.flatMap(({ score }) => (score === undefined ? [] : [score]))
    return first ? [{ ...first, score: scores.length > 0 ? median(scores) : undefined }] : []
  })
}

function rates(judged: readonly Judged[], threshold: number) {
  const scored = judged.flatMap(({ score, kind }): (Scored & { readonly kind: string })[] =>
    score === undefined ? [] : [{ score, kind, isGenuine: kind === 'bonafide' }],
  )
  const kinds = [...new Set(judged.map(({ kind }) => kind))].filter((kind) => kind !== 'bonafide')
  const counts = (kind: string) => ({
    total: judged.filter((one) => one.kind === kind).length,
    without_answer: judged.filter((one) => one.kind === kind && one.score === undefined).length,
  })
  return {
    d_eer: equalErrorRate(scoresOf(scored)),
    bona_fide: {
      ...counts('bonafide'),
      bpcer: ratesAt(scoresOf(scored), threshold).falseNonMatch,
      lowest: extreme(scored, 'bonafide', Math.min),
    },
    attacks: kinds.map((kind) => {
      const scores = scoresOf(scored.filter((one) => one.isGenuine || one.kind === kind))
      return {
        kind,
        ...counts(kind),
        apcer: ratesAt(scores, threshold).falseMatch,
        d_eer: equalErrorRate(scores).rate,
        highest: extreme(scored, kind, Math.max),
      }
    }),
  }
}

function extreme(
  scored: readonly { readonly kind: string; readonly score: number }[],
  kind: string,
  pick: (...values: number[]) => number,
): number {
  return pick(...scored.flatMap((one) => (one.kind === kind ? [one.score] : [])))
}
