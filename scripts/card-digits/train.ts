import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { Command } from 'commander'
import { CLASSES, NOTHING, think, weightsOf } from '../../adapters/card/digit-net.ts'
import { WINDOW } from '../../adapters/card/pieces.ts'
import { normal, seeded } from '../../sandbox/card-press/random.ts'
import { adam, COUNT, initial, learn } from './backward.ts'
import { learntFaces, type Face } from './fonts.ts'
import { lineSamples } from './line-sample.ts'

const flags = new Command('train')
  .description(
    'Trains the digit network of the card reader on rendered digits; the same seed, the same network.',
  )
  .option('--lines <n>', 'printed lines to learn from', '16000')
  .option('--epochs <n>', 'how often each is looked at', '8')
  .option('--seed <n>', 'of everything that is random', '14030101')
  .option('--fonts <dirs...>', 'further places of fonts', [])
  .option('--out <file>', 'the weights', 'adapters/card/digit-net.bin')
  .parse()
  .opts<{ lines: string; epochs: string; seed: string; fonts: string[]; out: string }>()

interface Stock {
  readonly windows: Uint8Array
  readonly labels: Uint8Array
  readonly count: number
}

const SIZE = WINDOW.width * WINDOW.height
const BATCH = 64
const random = seeded(Number(flags.seed))
const faces = learntFaces(flags.fonts)
console.log(`${faces.length} fonts: ${faces.map(({ name }) => name).join(' ')}`)
const stock = await rendered(Number(flags.lines), faces, random)
const held = await rendered(Math.ceil(Number(flags.lines) / 20), faces, random)
console.log(`${stock.count} windows to learn from, ${held.count} to check with`)
const all = trained(stock, Number(flags.epochs))
await writeFile(flags.out, new Uint8Array(all.buffer))
console.log(
  `${flags.out} sha256 ${createHash('sha256').update(new Uint8Array(all.buffer)).digest('hex')}`,
)

async function rendered(
  lines: number,
  fonts: readonly Face[],
  chance: () => number,
): Promise<Stock> {
  const windows = new Uint8Array(lines * 24 * SIZE)
  const labels = new Uint8Array(lines * 24)
  let count = 0
  for (let line = 0; line < lines; line++) {
    const face = fonts[Math.floor(chance() * fonts.length)]
    if (face === undefined) throw new Error('no font was found: see --fonts')
    for (const { window, label } of await lineSamples(face, chance)) {
      // Of what is no digit there is more than of all digits.
      if (count >= labels.length || (label === NOTHING && chance() > 0.5)) continue
      windows.set(
        window.map((value) => value * 255),
        count * SIZE,
      )
      labels[count++] = label
    }
    if (line % 2000 === 1999) console.log(`${line + 1} lines`)
  }
  return { windows, labels, count }
}

function sampleOf({ windows, labels }: Stock, at: number) {
  const window = Float32Array.from(
    windows.subarray(at * SIZE, (at + 1) * SIZE),
    (value) => value / 255,
  )
  return { window, label: labels[at] ?? 0 }
}

function trained(data: Stock, epochs: number): Float32Array {
  const values = initial(() => normal(random))
  const weights = weightsOf(values)
  const step = adam(values)
  const order = Uint32Array.from({ length: data.count }, (_, at) => at)
  const steps = Math.ceil(data.count / BATCH) * epochs
  let [done, loss] = [0, 0]
  for (let epoch = 0; epoch < epochs; epoch++) {
    shuffle(order)
    for (let begin = 0; begin < data.count; begin += BATCH) {
      const slope = new Float32Array(COUNT)
      const batch = order.subarray(begin, begin + BATCH)
      for (const at of batch) loss += learn(weights, weightsOf(slope), sampleOf(data, at))
      for (let at = 0; at < COUNT; at++) slope[at] = (slope[at] ?? 0) / batch.length
      step(slope, 0.002 * 0.5 * (1 + Math.cos((Math.PI * done++) / steps)))
    }
    console.log(
      `epoch ${epoch + 1}: loss ${(loss / data.count).toFixed(4)}, right ${accuracy(weights)}`,
    )
    loss = 0
  }
  return values
}

function shuffle(order: Uint32Array): void {
  for (let at = order.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1))
    ;[order[at], order[other]] = [order[other] ?? 0, order[at] ?? 0]
  }
}

function accuracy(weights: ReturnType<typeof weightsOf>): string {
  const right = Array.from({ length: CLASSES }, () => [0, 0])
  for (let at = 0; at < held.count; at++) {
    const { window, label } = sampleOf(held, at)
    const { out } = think(weights, window)
    const row = right[label] ?? [0, 0]
    row[0] = (row[0] ?? 0) + (out.indexOf(Math.max(...out)) === label ? 1 : 0)
    row[1] = (row[1] ?? 0) + 1
  }
  const sum = (which: number) => right.reduce((total, row) => total + (row[which] ?? 0), 0)
  const worst = right.map(([a = 0, b = 0], label) => `${label}:${((100 * a) / b).toFixed(1)}`)
  return `${((100 * sum(0)) / sum(1)).toFixed(2)} % (${worst.join(' ')})`
}
