import { cosine, median, sizeOf, turnOf } from './geometry.ts'
import { flatnessResidual } from './homography.ts'
import type { Movement } from './plan.ts'
import type { Rules } from './rules.ts'
import type { Glance } from './sight.ts'
import { wantedMovement, type Anchor, type Counted, type Tally, type Watch } from './state.ts'

/** The share of the way at which a movement has begun. */
const BEGUN = 0.4
/** Of a run no more is kept. */
const LONGEST = 30

/** How far the movement has gone, and from where on it counts; negative: the other way. */
const EXTENTS: Readonly<Record<Movement, (glance: Glance, anchor: Anchor) => number>> = {
  left: ({ face }, anchor) => turnOf(face.landmarks) - anchor.turn,
  right: ({ face }, anchor) => anchor.turn - turnOf(face.landmarks),
  closer: ({ face, height }, anchor) => sizeOf(face, height) / anchor.size - 1,
}

const thresholdOf = (movement: Movement, rules: Rules) =>
  movement === 'closer' ? rules.closerAtLeast - 1 : rules.turnAtLeast

/** A frame while a movement is wanted. It is done after several frames in a row that go far enough, are solid,
 *  and of which one at least was compared with the person before. */
export function moving(watch: Watch, glance: Glance): Watch {
  const { anchor, rules, run, tally } = watch
  const movement = wantedMovement(watch)
  if (anchor === undefined || movement === undefined) return watch
  const extent = EXTENTS[movement](glance, anchor)
  const threshold = thresholdOf(movement, rules)
  const movedAt = watch.movedAt ?? (extent >= BEGUN * threshold ? glance.at : undefined)
  if (!(extent >= threshold) || watch.spent.has(glance.digest)) {
    const isWrong = extent <= -threshold
    const wrongTurns = tally.wrongTurns + (isWrong ? 1 : 0)
    return { ...watch, movedAt, run: [], tally: { ...withoutRun(watch), wrongTurns } }
  }
  // The same picture once more neither counts nor breaks the run off.
  if (run.some(({ digest }) => digest === glance.digest)) return { ...watch, movedAt }
  const longer = [...run, countedOf(glance, anchor, extent)].slice(-LONGEST)
  return settled({ ...watch, movedAt, run: longer }, movement, glance.at)
}

/** The tally once the run is given up: what was wrong with it when it was long enough. */
export function withoutRun({ run, rules, tally }: Watch): Tally {
  if (run.length < rules.turnedFrames) return tally
  return isAttack(run, rules)
    ? { ...tally, attackRuns: tally.attackRuns + 1 }
    : { ...tally, flatRuns: tally.flatRuns + 1 }
}

/** From the side, too, a person looks like one: a face that a program turns does not everywhere. */
function isAttack(run: readonly Counted[], rules: Rules): boolean {
  const passive = run.flatMap(({ bonaFide }) => bonaFide ?? [])
  return passive.length > 0 && median(passive) < rules.bonaFideAtLeast
}

function countedOf({ face, digest }: Glance, anchor: Anchor, extent: number): Counted {
  return {
    digest,
    extent,
    residual: flatnessResidual(anchor.landmarks, face.landmarks),
    ...(face.embedding && { similarity: cosine(anchor.embedding, face.embedding) }),
    ...(face.bonaFide !== undefined && { bonaFide: face.bonaFide }),
  }
}

function settled(watch: Watch, movement: Movement, at: number): Watch {
  const { run, rules } = watch
  const residual = median(run.map((frame) => frame.residual))
  const similarities = run.flatMap(({ similarity }) => similarity ?? [])
  const passive = run.flatMap(({ bonaFide }) => bonaFide ?? [])
  const isSolid = movement === 'closer' || residual >= rules.residualAtLeast
  const isLooked = similarities.length > 0 && passive.length > 0
  if (run.length < rules.turnedFrames || !isLooked || !isSolid || isAttack(run, rules)) {
    return watch
  }
  const { movedAt = at, ...rest } = watch
  const seen = {
    movement,
    residual,
    similarity: Math.min(...similarities),
    bonaFide: median(passive),
    extent: Math.max(...run.map((frame) => frame.extent)),
    reaction: movedAt - watch.toldAt,
  }
  return {
    ...rest,
    phase: watch.phase + 1,
    toldAt: at,
    run: [],
    spent: new Set([...watch.spent, ...run.map(({ digest }) => digest)]),
    seen: [...watch.seen, seen],
  }
}
