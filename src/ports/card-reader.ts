import type { Busy, EncodedImage } from './encoded-image.ts'

/** Why a picture of a card is not good enough, or the card not a good one; each has a page text. */
export const CARD_PROBLEMS = [
  'unreadable',
  'not_found',
  'too_far',
  'tilted',
  'blurred',
  'glare',
  'too_dark',
  'covered',
  'number_unread',
  'number_other',
  'portrait_missing',
  'portrait_poor',
  'expired',
  'specimen',
  'damaged',
] as const
export type CardProblem = (typeof CARD_PROBLEMS)[number]

export type CardReading =
  | {
      readonly kind: 'read'
      /** JPEG of the portrait, upright, cut out of the rectified card. */
      readonly portrait: EncodedImage
      /** For the evidence: numbers and codes, never the number or the portrait itself. */
      readonly facts: Readonly<Record<string, string | number | boolean>>
    }
  | { readonly kind: 'unusable'; readonly problem: CardProblem }
  | Busy

/** What should be on the card. */
export interface ExpectedCard {
  /** 10 digits, Latin. */
  readonly nationalId: string
  /** ISO 8601, Gregorian: today, for the card's own expiry. */
  readonly today: string
}

/** Reads the front of a smart national card from a photograph. A photograph proves what a card looks like,
 *  not that the card is genuine. */
export interface CardReader {
  readonly verifier: string
  /** Cheap: is this frame good enough to be read? For guidance while the camera runs. */
  glance(image: EncodedImage): Promise<CardGlance>
  read(image: EncodedImage, expected: ExpectedCard): Promise<CardReading>
}

export type CardGlance =
  | {
      readonly kind: 'seen'
      readonly problem?: CardProblem
      /** Where the card is: four corners, clockwise from the top left, as shares (0 to 1) of the image. */
      readonly corners?: readonly (readonly [number, number])[]
    }
  | Busy
