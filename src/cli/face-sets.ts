import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, normalize } from 'node:path'
import { PanjerehError } from '../errors.ts'

/** Two pictures, as paths below the directory of images. */
export interface Pair {
  readonly a: string
  readonly b: string
  readonly isSame: boolean
  /** Of the file, when it has a column for it. */
  readonly fold?: number
}

const HEADER = /^image_a,image_b,same(?<fold>,fold)?$/
const MOST_PAIRS = 1_000_000

/** Reads `image_a,image_b,same[,fold]`: one pair a line, `same` is 1 or 0. Throws `config_invalid`. */
export async function readPairs(file: string): Promise<readonly Pair[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new PanjerehError('config_invalid', `${file} cannot be read`, { cause })
  })
  const [header = '', ...lines] = text.trim().split(/\r?\n/)
  if (!HEADER.test(header)) throw wrong(file, 1, 'must be image_a,image_b,same or …,fold')
  if (lines.length === 0 || lines.length > MOST_PAIRS) {
    throw wrong(file, 2, `must be the first of 1 to ${MOST_PAIRS} pairs`)
  }
  return lines.map((line, i) => pairOf(file, line, i + 2))
}

function pairOf(file: string, line: string, number: number): Pair {
  const [a = '', b = '', same = '', fold] = line.split(',')
  if (!isBelow(a) || !isBelow(b)) throw wrong(file, number, 'must name two files below --images')
  if (same !== '0' && same !== '1') throw wrong(file, number, 'must say 1 (the same person) or 0')
  if (fold === undefined) return { a, b, isSame: same === '1' }
  if (!/^\d{1,4}$/.test(fold)) throw wrong(file, number, 'must end with the number of its fold')
  return { a, b, isSame: same === '1', fold: Number(fold) }
}

function isBelow(path: string): boolean {
  return path !== '' && !isAbsolute(path) && !normalize(path).startsWith('..')
}

function wrong(file: string, line: number, expected: string): PanjerehError {
  return new PanjerehError('config_invalid', `${file}, line ${line}, ${expected}`)
}

/** Whether each person has a folder of his own, so that all pictures of two folders are of two people. */
export function areFoldersPeople(pairs: readonly Pair[]): boolean {
  return pairs.every(({ a, b, isSame }) => (dirname(a) === dirname(b)) === isSame)
}

/** One frame of a presentation: those of one folder belong together. */
export interface Presented {
  readonly file: string
  readonly presentation: string
  /** `bonafide`, or the kind of the attack. */
  readonly kind: string
}

const IMAGE = /\.(jpe?g|png|webp)$/i

/** Reads `bonafide/<presentation>/<frame>` and `attack_<kind>/<presentation>/<frame>`. Throws `config_invalid`. */
export async function readPresentations(directory: string): Promise<readonly Presented[]> {
  const names = await readdir(directory, { recursive: true }).catch((cause: unknown) => {
    throw new PanjerehError('config_invalid', `${directory} cannot be read`, { cause })
  })
  const found = names
    .filter((name) => IMAGE.test(name))
    .toSorted()
    .flatMap((name) => {
      const kind = /^(?:(bonafide)|attack_([\w-]+))[/\\]/.exec(name)
      if (kind === null) return []
      const file = join(directory, name)
      return [{ file, presentation: dirname(name), kind: kind[1] ?? kind[2] ?? basename(name) }]
    })
  const kinds = new Set(found.map(({ kind }) => kind))
  if (kinds.size < 2 || !kinds.has('bonafide')) {
    const message = `${directory} must have pictures in bonafide/… and in attack_<kind>/…`
    throw new PanjerehError('config_invalid', message)
  }
  return found
}
