/** ID-1 at 300 dots an inch (ISO/IEC 7810: 85.60 × 53.98 mm); every box below is in these pixels. */
export const CARD = { width: 1012, height: 638 } as const

export type Box = readonly [left: number, top: number, right: number, bottom: number]

/** Where things are on the front. The Civil Registration Organisation publishes no measures; these are the
 *  sample card's, and follow what can be seen of the real one: portrait left, fields right. Boxes are generous,
 *  the lines are looked for inside of them. To be measured anew on genuine cards before they are relied on. */
export const LAYOUT = {
  version: 'sample-1',
  portrait: [48, 146, 312, 498],
  number: [392, 138, 776, 214],
  expiry: [430, 518, 776, 598],
  /** Of a specimen: the mark in magenta. */
  mark: [40, 28, 430, 118],
} as const satisfies Readonly<Record<string, Box | string>>

/** Paper around the portrait; a finger over the portrait comes across it. */
export const MARGINS: readonly Box[] = [
  [12, 150, 40, 494],
  [320, 150, 348, 494],
  [60, 124, 312, 140],
  [190, 506, 312, 530],
]

/** Nothing but paper and fine lines: what white looks like in this light. */
export const PAPER: readonly Box[] = [
  [350, 222, 440, 500],
  [786, 206, 1000, 232],
  [440, 600, 900, 626],
]
