/** Pure statistics of biometric comparisons (ISO/IEC 19795-1) and of attack detection (ISO/IEC 30107-3). */

export interface Scored {
  readonly score: number
  /** Whether it should pass: the same person, or a bona fide presentation. */
  readonly isGenuine: boolean
}

export interface Rates {
  readonly threshold: number
  /** Share of impostors (or attacks) at or above it, and of genuine ones below. */
  readonly falseMatch: number
  readonly falseNonMatch: number
}

/** Scores of both kinds, each in rising order. */
export interface Scores {
  readonly genuine: Float64Array
  readonly impostor: Float64Array
}

export function scoresOf(all: readonly Scored[]): Scores {
  const some = (isGenuine: boolean) =>
    Float64Array.from(
      all.flatMap((one) => (one.isGenuine === isGenuine ? [one.score] : [])),
    ).toSorted()
  return { genuine: some(true), impostor: some(false) }
}

export function ratesAt({ genuine, impostor }: Scores, threshold: number): Rates {
  return {
    threshold,
    falseMatch: (impostor.length - below(impostor, threshold)) / impostor.length,
    falseNonMatch: below(genuine, threshold) / genuine.length,
  }
}

/** How many are less than the threshold. */
function below(rising: Float64Array, threshold: number): number {
  let [low, high] = [0, rising.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((rising[middle] ?? 0) < threshold) low = middle + 1
    else high = middle
  }
  return low
}

/** Where both errors are as nearly alike as they get, and their mean there. */
export function equalErrorRate(scores: Scores): {
  readonly rate: number
  readonly threshold: number
} {
  const candidates = [...scores.genuine, ...scores.impostor]
  let best = { gap: Infinity, rate: 1, threshold: NaN }
  for (const threshold of candidates) {
    const { falseMatch, falseNonMatch } = ratesAt(scores, threshold)
    const gap = Math.abs(falseMatch - falseNonMatch)
    if (gap < best.gap) best = { gap, rate: (falseMatch + falseNonMatch) / 2, threshold }
  }
  return { rate: best.rate, threshold: best.threshold }
}

/** The rates at the lowest threshold that lets no more impostors pass than wanted. Undefined when there are too
 *  few of them to say: less than ten errors are to be expected (Doddington's rule of 30 is stricter). */
export function atFalseMatchRate(scores: Scores, wanted: number): Rates | undefined {
  const { impostor } = scores
  const allowed = Math.floor(wanted * impostor.length)
  if (allowed < 10) return undefined
  const highest = impostor[impostor.length - 1 - allowed] ?? -Infinity
  return ratesAt(scores, nextAbove(highest))
}

/** The smallest difference that a threshold makes. */
const nextAbove = (value: number) => value + Math.max(Math.abs(value), 1e-6) * 1e-9

/** Points of the ROC curve at thresholds in even steps of the score. */
export function rocPoints(scores: Scores, from: number, to: number, steps: number): Rates[] {
  return Array.from({ length: steps + 1 }, (_, i) =>
    ratesAt(scores, from + ((to - from) * i) / steps),
  )
}

export interface FoldAccuracy {
  readonly mean: number
  /** Standard deviation over the folds. */
  readonly deviation: number
  readonly folds: number
}

/** k-fold: the threshold of each fold is the best one of all others, so that no score chooses its own. */
export function foldAccuracy(
  all: readonly Scored[],
  foldOf: (index: number) => number,
): FoldAccuracy {
  const folds = [...new Set(all.map((_, i) => foldOf(i)))]
  const accuracies = folds.map((fold) => {
    const threshold = bestThreshold(all.filter((_, i) => foldOf(i) !== fold))
    const own = all.filter((_, i) => foldOf(i) === fold)
    return (
      own.filter(({ score, isGenuine }) => score >= threshold === isGenuine).length / own.length
    )
  })
  const mean = accuracies.reduce((sum, one) => sum + one, 0) / folds.length
  const variance = accuracies.reduce((sum, one) => sum + (one - mean) ** 2, 0) / folds.length
  return { mean, deviation: Math.sqrt(variance), folds: folds.length }
}

/** The threshold with most right answers; of a range of them, its middle. */
function bestThreshold(all: readonly Scored[]): number {
  const falling = all.toSorted((one, other) => other.score - one.score)
  let right = all.filter(({ isGenuine }) => !isGenuine).length
  let best = { right, threshold: Infinity }
  falling.forEach(({ score, isGenuine }, i) => {
    right += isGenuine ? 1 : -1
    const next = falling[i + 1]?.score
    if (right > best.right)
      best = { right, threshold: next === undefined ? score : (score + next) / 2 }
  })
  return best.threshold
}

/** The n-th pair of its kind is in the fold n mod `folds`: as many of each kind in every fold. */
export function evenFolds(all: readonly Scored[], folds: number): (index: number) => number {
  let [genuine, impostor] = [0, 0]
  const fold = all.map(({ isGenuine }) => (isGenuine ? genuine++ : impostor++) % folds)
  return (index) => fold[index] ?? 0
}

export function median(values: readonly number[]): number {
  const rising = values.toSorted((one, other) => one - other)
  const middle = Math.floor(rising.length / 2)
  const [lower = NaN, upper = NaN] = [rising[Math.ceil(rising.length / 2) - 1], rising[middle]]
  return (lower + upper) / 2
}
