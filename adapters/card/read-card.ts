import type { CardGlance, CardReading, ExpectedCard } from '../../src/ports/card-reader.ts'
import { decoded } from './door.ts'
import { examine, fieldLine, widthOf, type Tools } from './examine.ts'
import { dateIn } from './expiry.ts'
import { CARD, LAYOUT } from './layout.ts'
import { numberFinding } from './number.ts'
import { portraitOf, portraitWidth } from './portrait.ts'
import { scaledQuad, tiltOf } from './quad.ts'
import { rectified } from './rectify.ts'
import { isSpecimen } from './specimen.ts'

/** Longer side in pixels: enough to guide by, and enough to read. */
const GLANCE_SIDE = 1280
const READ_SIDE = 1920

export type Glance = Exclude<CardGlance, { kind: 'busy' }>
export type Read = Exclude<CardReading, { kind: 'busy' }>

export async function glanceAt(tools: Tools, image: Uint8Array): Promise<Glance> {
  const photo = await decoded(image, GLANCE_SIDE)
  if (photo === undefined) return { kind: 'seen', problem: 'unreadable' }
  const { quad, problem } = examine(tools, photo)
  photo.data.fill(0)
  return {
    kind: 'seen',
    problem,
    corners: quad && scaledQuad(quad, 1 / photo.width, 1 / photo.height),
  }
}

export interface ReadTools extends Tools {
  readonly allowSpecimens: boolean
}

export async function readCard(
  tools: ReadTools,
  image: Uint8Array,
  expected: ExpectedCard,
): Promise<Read> {
  const photo = await decoded(image, READ_SIDE)
  if (photo === undefined) return { kind: 'unusable', problem: 'unreadable' }
  try {
    const { quad, problem, measures, isUpsideDown } = examine(tools, photo)
    // A number that cannot be read at half size may be at full size.
    if (problem !== undefined && problem !== 'number_unread') return { kind: 'unusable', problem }
    if (quad === undefined || measures === undefined)
      return { kind: 'unusable', problem: 'not_found' }
    const card = rectified(tools.cv, photo, quad, CARD.width)
    const number = numberFinding(fieldLine(card, LAYOUT.number, tools.weights), expected.nationalId)
    if (number.kind === 'unread') return { kind: 'unusable', problem: 'number_unread' }
    if (number.kind === 'other') return { kind: 'unusable', problem: 'number_other' }
    const specimen = isSpecimen(card, expected.nationalId)
    if (specimen && !tools.allowSpecimens) return { kind: 'unusable', problem: 'specimen' }
    const expiry = dateIn(fieldLine(card, LAYOUT.expiry, tools.weights), number.script ?? 'persian')
    if (expiry === undefined || isTooFarOff(expiry, expected.today)) {
      return { kind: 'unusable', problem: 'damaged' }
    }
    if (expiry < expected.today) return { kind: 'unusable', problem: 'expired' }
    const width = widthOf(quad)
    const facts = {
      layout: LAYOUT.version,
      cardWidth: Math.round(width * photo.shrunk),
      portraitWidth: Math.round(portraitWidth(photo, width)),
      tilt: rounded(tiltOf(quad)),
      upsideDown: isUpsideDown === true,
      sharpness: rounded(measures.numberSharpness),
      portraitSharpness: rounded(measures.portraitSharpness),
      digits: number.script ?? 'persian',
      numberLogRatio: rounded(number.lost),
      numberSureness: rounded(number.sureness),
      specimen,
    }
    return { kind: 'read', portrait: await portraitOf(tools.cv, photo, quad), facts }
  } finally {
    photo.data.fill(0)
  }
}

/** No card is valid for so long: the date was not read rightly, or is not one. Years. */
const LONGEST = 20

function isTooFarOff(expiry: string, today: string): boolean {
  return Number(expiry.slice(0, 4)) - Number(today.slice(0, 4)) > LONGEST
}

const rounded = (value: number) => Math.round(value * 1000) / 1000
