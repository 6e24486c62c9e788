import type { measureAttacks } from './face-measure-attacks.ts'
import type { measureDegraded, measurePairs } from './face-measure-pairs.ts'
import type { Rates } from './face-rates.ts'

type Verification = Awaited<ReturnType<typeof measurePairs>>
type Degraded = Awaited<ReturnType<typeof measureDegraded>>
type Figures = Degraded['with_gate']
type Attacks = Awaited<ReturnType<typeof measureAttacks>>
type AttackRates = Attacks['frames']

export function pairLines(found: Verification): string {
  const { images, images_without_face: faceless, all_impostors: all } = found
  return [
    `Verification: ${images} pictures, ${faceless} without a face`,
    ...figureLines(found),
    ...(all ? [`  all ${all.impostors} impostor comparisons`, ...operatingLines(all)] : []),
    '  ROC: threshold, FMR, FNMR',
    ...found.roc.map((point) => `    ${ratesText(point)}`),
  ].join('\n')
}

export function degradedLines({
  without_gate,
  with_gate,
  refused,
  probes_refused,
}: Degraded): string {
  return [
    'Card portraits (the second picture small, faint, soft and grainy): one look, no gate',
    ...figureLines(without_gate),
    'Card portraits: as the product compares them, with its gates and several looks',
    ...figureLines(with_gate),
    `  portraits refused: ${countsText(refused)}; frames refused: ${countsText(probes_refused)}`,
  ].join('\n')
}

export function attackLines({ threshold, frames, presentations }: Attacks): string {
  return [
    `Presentation attacks, bona fide from ${threshold} on`,
    ...attackRateLines('frames', frames),
    ...attackRateLines('presentations (median of their frames)', presentations),
  ].join('\n')
}

function attackRateLines(what: string, { d_eer, bona_fide, attacks }: AttackRates): string[] {
  return [
    `  ${what}: D-EER ${percent(d_eer.rate)}`,
    `    bona fide: ${bona_fide.total}, without an answer ${bona_fide.without_answer}, BPCER ${percent(bona_fide.bpcer)}, lowest ${bona_fide.lowest.toFixed(3)}`,
    ...attacks.map(
      ({ kind, total, without_answer, apcer, d_eer: own, highest }) =>
        `    ${kind}: ${total}, without an answer ${without_answer}, APCER ${percent(apcer)}, D-EER ${percent(own)}, highest ${highest.toFixed(3)}`,
    ),
  ]
}

function figureLines(found: Figures): string[] {
  const { pairs, pairs_failed_to_acquire: failed, accuracy, eer } = found
  return [
    `  ${pairs} pairs, ${failed} could not be compared; ${found.genuine} genuine, ${found.impostors} impostors`,
    `  accuracy ${percent(accuracy.mean)} ± ${percent(accuracy.deviation)} (${accuracy.folds} folds), EER ${percent(eer.rate)} at ${eer.threshold.toFixed(3)}`,
    ...operatingLines(found),
  ]
}

function operatingLines({
  at_fmr,
  at_threshold,
}: Pick<Figures, 'at_fmr' | 'at_threshold'>): string[] {
  return [
    ...at_fmr.map((point) =>
      'threshold' in point && point.threshold !== undefined
        ? `    FMR ≤ ${point.fmr}: FNMR ${percent(point.falseNonMatch ?? NaN)} at ${point.threshold.toFixed(3)}`
        : `    FMR ≤ ${point.fmr}: too few impostors to say`,
    ),
    ...at_threshold.map((point) => `    at ${ratesText(point)}`),
  ]
}

function ratesText({ threshold, falseMatch, falseNonMatch }: Rates): string {
  return `${threshold.toFixed(3)}  FMR ${falseMatch.toExponential(1)}  FNMR ${percent(falseNonMatch)}`
}

function countsText(counts: Readonly<Record<string, number>>): string {
  const told = Object.entries(counts).map(([problem, number]) => `${number} ${problem}`)
  return told.length > 0 ? told.join(', ') : 'none'
}

const percent = (share: number) => `${(share * 100).toFixed(2)} %`
