import { readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { SingleBar } from 'cli-progress'
import { Command } from 'commander'
import { decoded } from '../../adapters/card/door.ts'
import { examine, fieldLine } from '../../adapters/card/examine.ts'
import { dateIn } from '../../adapters/card/expiry.ts'
import { CARD, LAYOUT } from '../../adapters/card/layout.ts'
import { likeliestNumber, numberFinding } from '../../adapters/card/number.ts'
import { openCv } from '../../adapters/card/opencv.ts'
import { rectified } from '../../adapters/card/rectify.ts'
import { loadWeights } from '../../adapters/card/weights.ts'
import { photograph } from '../../sandbox/card-press/photograph.ts'
import { printCard } from '../../sandbox/card-press/print-card.ts'
import { seeded } from '../../sandbox/card-press/random.ts'
import { parseJalaliDate } from '../../src/identity/jalali-date.ts'
import { isNationalId } from '../../src/identity/national-id.ts'
import { CONDITIONS, fontConditions, type Condition } from './conditions.ts'
import { learntFaces, unseenFaces } from './fonts.ts'

const flags = new Command('measure')
  .description('How well the card reader reads numbers and dates on cards that it has never seen.')
  .option('--cards <n>', 'cards for each condition', '20')
  .option('--seed <n>', 'of everything that is random', '7')
  .option('--only <text>', 'conditions whose name holds this')
  .option('--fonts <dirs...>', 'further places of fonts', [])
  .option('--json <file>', 'write the figures there too')
  .parse()
  .opts<{ cards: string; seed: string; only?: string; fonts: string[]; json?: string }>()

const require = createRequire(import.meta.url)
const { cv } = await openCv()
const tools = { cv, weights: await loadWeights(), smallest: 500 }
const faces = await Promise.all(
  [1, 2, 3, 4, 5, 6].map((n) =>
    readFile(require.resolve(`@vladmandic/face-api/demo/sample${n}.jpg`)),
  ),
)

interface Outcome {
  readonly isFound: boolean
  /** The quality gates let it pass. */
  readonly isGood: boolean
  readonly isExact: boolean
  readonly isAccepted: boolean
  readonly isTakenForOther: boolean
  readonly isDateExact: boolean
  readonly isDateWrong: boolean
  /** Claims with another number that were accepted, of the 81 nearest and one at random. */
  readonly falseAccepts: number
}

const NOT_FOUND: Outcome = {
  isFound: false,
  isGood: false,
  isExact: false,
  isAccepted: false,
  isTakenForOther: false,
  isDateExact: false,
  isDateWrong: false,
  falseAccepts: 0,
}

const conditions = [
  ...CONDITIONS,
  ...fontConditions(learntFaces(flags.fonts), 'fonts it learnt from'),
  ...fontConditions(unseenFaces(flags.fonts), 'fonts it never saw'),
].filter(({ factor, value }) => `${factor} ${value}`.includes(flags.only ?? ''))
const bar = new SingleBar({ format: '{bar} {value}/{total} cards, {eta} s left' })
const rows: Row[] = []
bar.start(conditions.length * Number(flags.cards), 0)
for (const condition of conditions) {
  const outcomes: Outcome[] = []
  for (let at = 0; at < Number(flags.cards); at++) {
    outcomes.push(await measured(condition, Number(flags.seed) * 10_000 + at))
    bar.increment()
  }
  rows.push(rowOf(condition, outcomes))
}
bar.stop()
console.table(rows)
if (flags.json) await writeFile(flags.json, JSON.stringify(rows, null, 2))

type Row = ReturnType<typeof rowOf>

function rowOf({ factor, value }: Condition, outcomes: readonly Outcome[]) {
  const count = (is: (one: Outcome) => boolean) => outcomes.filter(is).length
  const good = outcomes.filter(({ isGood }) => isGood)
  return {
    factor,
    value,
    cards: outcomes.length,
    found: count(({ isFound }) => isFound),
    good: good.length,
    exact: count(({ isExact }) => isExact),
    accepted: count(({ isAccepted }) => isAccepted),
    'accepted of good': good.filter(({ isAccepted }) => isAccepted).length,
    'taken for another': count(({ isTakenForOther }) => isTakenForOther),
    'false accepts': outcomes.reduce((sum, { falseAccepts }) => sum + falseAccepts, 0),
    'date exact': count(({ isDateExact }) => isDateExact),
    'date wrong': count(({ isDateWrong }) => isDateWrong),
  }
}

/** The gates are only noted: the number is read all the same, to see where reading itself ends. */
async function measured({ shot, font, isLatin }: Condition, seed: number): Promise<Outcome> {
  const random = seeded(seed)
  const nationalId = numberFrom(random)
  const expiresAt = dateFrom(random)
  const card = await printCard({
    nationalId,
    expiresAt,
    givenName: 'نمونه',
    familyName: 'آزمایشی',
    fatherName: 'نمونه',
    birthDate: '1370/01/01',
    portrait: faces[seed % faces.length],
    digitFont: font,
    digits: isLatin ? 'latin' : 'persian',
    specimen: seed % 2 === 0,
  })
  const photo = await decoded(await photograph(card, { ...shot, seed }), 1920)
  const { quad, problem } = photo ? examine(tools, photo) : {}
  if (photo === undefined || quad === undefined) return NOT_FOUND
  const straight = rectified(cv, photo, quad, CARD.width)
  const line = fieldLine(straight, LAYOUT.number, tools.weights)
  const finding = numberFinding(line, nationalId)
  const read = line && likeliestNumber(line)
  const date = dateIn(fieldLine(straight, LAYOUT.expiry, tools.weights), read?.script ?? 'persian')
  const others = [...neighbours(nationalId), numberFrom(random)]
  return {
    isFound: true,
    isGood: problem === undefined,
    isExact: read?.symbols.map((symbol) => symbol % 10).join('') === nationalId,
    isAccepted: finding.kind === 'same',
    isTakenForOther: finding.kind === 'other',
    isDateExact: date === parseJalaliDate(expiresAt),
    isDateWrong: date !== undefined && date !== parseJalaliDate(expiresAt),
    falseAccepts: others.filter((other) => numberFinding(line, other).kind === 'same').length,
  }
}

function numberFrom(random: () => number): string {
  const nine = Array.from({ length: 9 }, () => Math.floor(random() * 10)).join('')
  return valid(nine) ?? numberFrom(random)
}

/** With its check digit. */
function valid(nine: string): string | undefined {
  return Array.from({ length: 10 }, (_, digit) => `${nine}${digit}`).find(isNationalId)
}

/** The numbers that differ least: in one of the first nine digits, and so mostly in the last one. */
function neighbours(nationalId: string): readonly string[] {
  return Array.from({ length: 9 }, (_, place) => place).flatMap((place) =>
    Array.from({ length: 10 }, (_, digit) => {
      const nine = `${nationalId.slice(0, place)}${digit}${nationalId.slice(place + 1, 9)}`
      return valid(nine) ?? nationalId
    }).filter((other) => other !== nationalId),
  )
}

function dateFrom(random: () => number): string {
  const two = (low: number, count: number) =>
    String(low + Math.floor(random() * count)).padStart(2, '0')
  return `14${two(0, 20)}/${two(1, 12)}/${two(1, 29)}`
}
