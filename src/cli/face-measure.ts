import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { Command, InvalidArgumentError } from 'commander'
import { faceEngine, type FaceEngine } from '../../adapters/face/onnx/engine.ts'
import { OPERATING_POINTS } from '../../adapters/face/onnx/operating-points.ts'
import { readConfig } from '../config.ts'
import { PanjerehError } from '../errors.ts'
import { attackLines, degradedLines, pairLines } from './face-figures.ts'
import { measureAttacks } from './face-measure-attacks.ts'
import { measureDegraded, measurePairs, type PairsSettings } from './face-measure-pairs.ts'
import { readPairs, readPresentations } from './face-sets.ts'
import { progress } from './progress.ts'

interface Options {
  readonly pairs?: string
  readonly images?: string
  readonly pad?: string
  readonly degrade?: true
  readonly json?: string
  readonly workers: number
  readonly most?: number
}

export function measureCommand(): Command {
  return new Command('measure')
    .description(
      'how often the engine errs on a labelled set of pictures, which stay where they are',
    )
    .option('--pairs <file>', 'CSV: image_a,image_b,same (1 or 0) and, if there are any, fold')
    .option('--images <dir>', 'where the pictures of --pairs are')
    .option('--degrade', 'also with the second picture as a card would show it')
    .option('--pad <dir>', 'pictures in bonafide/<one>/… and attack_<kind>/<one>/…')
    .option('--most <n>', 'only so many pairs, evenly taken', count)
    .option('--workers <n>', 'threads', count, availableParallelism())
    .option('--json <file>', 'write all figures there, too')
    .action(measure)
}

async function measure(options: Options): Promise<void> {
  const { pairs, images, pad, json, workers } = options
  if (pad === undefined && (pairs === undefined || images === undefined)) {
    throw new PanjerehError('config_invalid', 'Give --pairs and --images, or --pad, or all three')
  }
  const { modelsDirectory: directory } = readConfig(process.env)
  const engine = await faceEngine({ directory, workers })
  try {
    const figures = {
      engine: engine.version,
      operating_points: OPERATING_POINTS,
      ...(pairs && images && (await ofPairs(engine, pairs, images, options))),
      ...(pad && (await ofAttacks(engine, pad, workers))),
    }
    if (json) await writeFile(json, `${JSON.stringify(figures, null, 2)}\n`)
  } finally {
    await engine.close()
  }
}

async function ofPairs(engine: FaceEngine, file: string, images: string, options: Options) {
  const { degrade, workers, most } = options
  const { same, unsure } = OPERATING_POINTS
  const all = await readPairs(file)
  const settings: PairsSettings = {
    engine,
    pairs: most === undefined ? all : evenly(all, most),
    images,
    thresholds: [unsure, same],
    atOnce: workers * 2,
  }
  const verification = await shown('Pictures', (onProgress) =>
    measurePairs({ ...settings, onProgress }),
  )
  console.log(pairLines(verification))
  if (!degrade) return { verification }
  const degraded = await shown('Card portraits', (onProgress) =>
    measureDegraded({ ...settings, onProgress }),
  )
  console.log(degradedLines(degraded))
  return { verification, degraded }
}

async function ofAttacks(engine: FaceEngine, directory: string, workers: number) {
  const presented = await readPresentations(directory)
  const threshold = OPERATING_POINTS.bonaFide
  const attacks = await shown('Presentations', (onProgress) =>
    measureAttacks({ engine, presented, threshold, atOnce: workers * 2, onProgress }),
  )
  console.log(attackLines(attacks))
  return { attacks }
}

async function shown<Result>(
  what: string,
  run: (onProgress: (done: number, total: number) => void) => Promise<Result>,
): Promise<Result> {
  const bar = progress(what, 'pictures')
  try {
    return await run(bar.show)
  } finally {
    bar.stop()
  }
}

/** Both kinds stay in proportion where the file is in order. */
function evenly<Item>(items: readonly Item[], most: number): readonly Item[] {
  const step = Math.max(1, items.length / most)
  return items.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step))
}

function count(text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value > 0 && value <= 1_000_000) return value
  throw new InvalidArgumentError('a whole number from 1 on')
}
