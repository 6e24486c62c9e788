import type { CardProblem } from '../../src/ports/card-reader.ts'
import type { Weights } from './digit-net.ts'
import type { Photo } from './door.ts'
import { findCard } from './find-card.ts'
import { CARD, LAYOUT, type Box } from './layout.ts'
import { lineOf, type Line } from './line.ts'
import { isLegible, likeliestNumber } from './number.ts'
import type { Cv } from './opencv.ts'
import { cropped, greyOf, scaledBox, turned, type Pixels } from './pixels.ts'
import { JUDGED_WIDTH, measuresOf, problemOf, type Measures } from './quality.ts'
import { areaOf, opposite, ordered, sidesOf, tiltOf, type Quad } from './quad.ts'
import { rectified } from './rectify.ts'

export interface Tools {
  readonly cv: Cv
  readonly weights: Weights
  /** Pixels of the photograph that the card is wide, at least. */
  readonly smallest: number
}

export interface Examined {
  /** Of the photograph as it was decoded, beginning at the card's own top left. */
  readonly quad?: Quad
  readonly problem?: CardProblem
  readonly measures?: Measures
  readonly isUpsideDown?: boolean
}

/** Of the shorter of two opposite sides, or of the ratio; see `tiltOf`. */
const MOST_TILTED = 0.2
/** Share of the picture: above, it is not one of the card's parts that was found. */
const WHOLE = 0.5
/** How far from a card's ratio of sides a picture may be that was cut along one. */
const CUT_BADLY = 0.03
/** Mean luma of the whole photograph: below, nothing could be found. */
const DARK_PHOTO = 40

/** Everything that can be seen of a photograph without knowing whose card it should be. */
export function examine(tools: Tools, photo: Photo): Examined {
  const found = cardIn(tools, photo)
  if (found === undefined) return { problem: isDark(photo) ? 'too_dark' : 'not_found' }
  if (tiltOf(found) > MOST_TILTED) return { quad: found, problem: 'tilted' }
  if (widthOf(found) * photo.shrunk < tools.smallest) return { quad: found, problem: 'too_far' }
  const { quad, card, isReadable, isUpsideDown } = uprighted(tools, photo, found)
  const measures = measuresOf(card)
  const problem = problemOf(measures) ?? (isReadable ? undefined : 'number_unread')
  return { quad, problem, measures, isUpsideDown }
}

/** Where it lies in the picture; or the picture itself, when it was cut along the card (as scanners do) and the
 *  number stands where a card has it. */
function cardIn(tools: Tools, photo: Photo): Quad | undefined {
  const found = findCard(tools.cv, photo)
  const isWhole = found !== undefined && areaOf(found) > WHOLE * photo.width * photo.height
  const outline = outlineOf(photo)
  if (isWhole || tiltOf(outline) > CUT_BADLY) return found
  return uprighted(tools, photo, outline).isReadable ? outline : found
}

function outlineOf({ width, height }: Pixels): Quad {
  return ordered([
    [0, 0],
    [width, 0],
    [width, height],
    [0, height],
  ])
}

/** Turned until the number can be read; as it was found when it cannot. */
function uprighted({ cv, weights }: Tools, photo: Photo, found: Quad) {
  const card = rectified(cv, photo, found, JUDGED_WIDTH)
  const read = (one: Pixels) => {
    const line = fieldLine(one, LAYOUT.number, weights)
    return line && likeliestNumber(line)
  }
  const straight = read(card)
  if (isLegible(straight)) return { quad: found, card, isReadable: true, isUpsideDown: false }
  const other = turned(card)
  const around = read(other)
  const isUpsideDown = (around?.total ?? -Infinity) > (straight?.total ?? -Infinity)
  return isUpsideDown
    ? { quad: opposite(found), card: other, isReadable: isLegible(around), isUpsideDown }
    : { quad: found, card, isReadable: false, isUpsideDown }
}

/** The digits in a box of the layout. */
export function fieldLine(card: Pixels, box: Box, weights: Weights): Line | undefined {
  return lineOf(greyOf(cropped(card, scaledBox(box, card.width / CARD.width))), weights)
}

export function widthOf(quad: Quad): number {
  const [top, , bottom] = sidesOf(quad)
  return (top + bottom) / 2
}

function isDark({ data }: Photo): boolean {
  let sum = 0
  for (let at = 0; at < data.length; at += 97) sum += data[at] ?? 0
  return sum / (data.length / 97) < DARK_PHOTO
}
