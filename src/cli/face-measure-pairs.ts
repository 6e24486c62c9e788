import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { similarity } from '../../adapters/face/onnx/embedding.ts'
import type { FaceEngine, Wants } from '../../adapters/face/onnx/engine.ts'
import { PORTRAIT_GATE } from '../../adapters/face/onnx/matcher.ts'
import { FRAME_GATE, usableFace, type QualityGate } from '../../adapters/face/onnx/usable.ts'
import { degraded } from '../../scripts/degrade-portrait.ts'
import { inTurns, patientLook, type Work } from './face-looks.ts'
import {
  atFalseMatchRate,
  equalErrorRate,
  evenFolds,
  foldAccuracy,
  ratesAt,
  rocPoints,
  scoresOf,
  type Scored,
  type Scores,
} from './face-rates.ts'
import { areFoldersPeople, type Pair } from './face-sets.ts'

export interface PairsSettings extends Work {
  readonly engine: FaceEngine
  readonly pairs: readonly Pair[]
  readonly images: string
  /** The operating points whose rates are told. */
  readonly thresholds: readonly number[]
}

interface Seen {
  /** Undefined: no face was found. */
  readonly embedding?: Float32Array
  /** Why the gate of the product would refuse it. */
  readonly problem?: string
}

const WANTED = [1e-2, 1e-3, 1e-4]

/** Compares each pair as the pictures are: one look at each, and no gate but that a face is found. */
export async function measurePairs(settings: PairsSettings) {
  const { engine, pairs, images } = settings
  const paths = [...new Set(pairs.flatMap(({ a, b }) => [a, b]))]
  const looks = await inTurns(paths, settings, async (path) =>
    seenIn(engine, await readFile(join(images, path)), { embedding: true }, FRAME_GATE),
  )
  const seen = new Map(paths.map((path, i) => [path, looks[i] ?? {}]))
  const compared = pairs.map(({ a, b }) => [seen.get(a) ?? {}, seen.get(b) ?? {}] as const)
  const done = scoredPairs(pairs, compared)
  const impostor = areFoldersPeople(pairs) ? strangers(seen) : new Float64Array()
  const all = { ...scoresOf(done), impostor }
  return {
    images: paths.length,
    images_without_face: looks.filter(({ embedding }) => embedding === undefined).length,
    ...figures(settings, done),
    ...(impostor.length > 0 && {
      all_impostors: { impostors: impostor.length, ...operating(all, settings.thresholds) },
    }),
  }
}

/** Compares a picture with the other one as a card would show it: once as it is, and once as the product does,
 *  which refuses poor portraits and looks at the rest several times. */
export async function measureDegraded(settings: PairsSettings) {
  const { engine, pairs, images } = settings
  const looks = await inTurns(pairs, settings, async ({ a, b }, seed) => {
    const [frame, picture] = await Promise.all([a, b].map((path) => readFile(join(images, path))))
    if (frame === undefined || picture === undefined) throw new Error('there are two paths')
    const portrait = await degraded(picture, seed)
    const once: Wants = { embedding: true }
    return {
      probe: await seenIn(engine, frame, once, FRAME_GATE),
      single: await seenIn(engine, portrait, once, PORTRAIT_GATE),
      averaged: await seenIn(engine, portrait, { embedding: 'averaged' }, PORTRAIT_GATE),
    }
  })
  const untouched = looks.map(({ probe, single }) => [probe, single] as const)
  const passed = looks.map(({ probe, averaged }) => [gated(probe), gated(averaged)] as const)
  return {
    without_gate: figures(settings, scoredPairs(pairs, untouched)),
    with_gate: figures(settings, scoredPairs(pairs, passed)),
    refused: countsOf(looks.map(({ averaged }) => averaged.problem)),
    probes_refused: countsOf(looks.map(({ probe }) => probe.problem)),
  }
}

const gated = (seen: Seen): Seen => (seen.problem === undefined ? seen : {})

async function seenIn(
  engine: FaceEngine,
  image: Uint8Array,
  wants: Wants,
  gate: QualityGate,
): Promise<Seen> {
  // Pictures of a set are about whom they are centred on, and strangers stand beside.
  const look = await patientLook(engine, image, { ...wants, central: true })
  const usable = usableFace(look, { ...gate, secondFaceFrom: Infinity })
  return {
    embedding: look.kind === 'seen' ? look.faces[0]?.embedding : undefined,
    problem: usable.kind === 'unusable' ? usable.problem : undefined,
  }
}

type Compared = readonly (readonly [Seen, Seen])[]
type ScoredPair = Scored & { readonly fold?: number }

/** Of the pairs that could be compared. */
function scoredPairs(pairs: readonly Pair[], compared: Compared): readonly ScoredPair[] {
  return compared.flatMap(([one, other], i) => {
    const pair = pairs[i]
    if (!one.embedding || !other.embedding || pair === undefined) return []
    const score = similarity(one.embedding, other.embedding)
    return [{ score, isGenuine: pair.isSame, fold: pair.fold }]
  })
}

function figures({ pairs, thresholds }: PairsSettings, done: readonly ScoredPair[]) {
  const scores = scoresOf(done)
  const hasFolds = done.every(({ fold }) => fold !== undefined)
  const foldOf = hasFolds ? (i: number) => done[i]?.fold ?? 0 : evenFolds(done, 10)
  return {
    pairs: pairs.length,
    /** A picture without a (usable) face: of people who are themselves, each is one whom the product sends away. */
    pairs_failed_to_acquire: pairs.length - done.length,
    genuine: scores.genuine.length,
    impostors: scores.impostor.length,
    accuracy: foldAccuracy(done, foldOf),
    eer: equalErrorRate(scores),
    ...operating(scores, thresholds),
    roc: rocPoints(scores, 0, 0.8, 32),
  }
}

function operating(scores: Scores, thresholds: readonly number[]) {
  return {
    at_fmr: WANTED.map((fmr) => ({ fmr, ...atFalseMatchRate(scores, fmr) })),
    at_threshold: thresholds.map((threshold) => ratesAt(scores, threshold)),
  }
}

/** Every two pictures of two people, for false match rates that few pairs cannot show. */
function strangers(seen: ReadonlyMap<string, Seen>): Float64Array {
  const known = [...seen].flatMap(([path, { embedding }]) =>
    embedding ? [{ person: dirname(path), embedding }] : [],
  )
  const scores: number[] = []
  known.forEach((one, i) => {
    for (const other of known.slice(i + 1)) {
      if (one.person !== other.person) scores.push(similarity(one.embedding, other.embedding))
    }
  })
  return Float64Array.from(scores).toSorted()
}

function countsOf(problems: readonly (string | undefined)[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const problem of problems) {
    if (problem !== undefined) counts[problem] = (counts[problem] ?? 0) + 1
  }
  return counts
}
