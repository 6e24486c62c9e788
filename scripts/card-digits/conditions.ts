import type { Font } from 'fontkit'
import type { Quad } from '../../sandbox/card-press/homography.ts'
import type { Shot } from '../../sandbox/card-press/photograph.ts'
import type { Face } from './fonts.ts'

/** What is measured: one way in which photographs or prints are made worse. */
export interface Condition {
  readonly factor: string
  readonly value: string
  readonly shot: Shot
  readonly font?: Font
  readonly isLatin?: boolean
}

/** Straight from above, the card so many of 1280 pixels wide. */
function wide(width: number): Quad {
  const [w, h] = [width / 1280, width / 1.586 / 960]
  const [left, right, top, bottom] = [0.5 - w / 2, 0.5 + w / 2, 0.5 - h / 2, 0.5 + h / 2]
  return [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ]
}

const sweep = <Value extends number>(
  factor: string,
  values: readonly Value[],
  shot: (value: Value) => Shot,
): readonly Condition[] =>
  values.map((value) => ({ factor, value: String(value), shot: { jitter: 10, ...shot(value) } }))

/** Several things at once, as in the design's measurements, and harder. */
const TOGETHER: Readonly<Record<string, Shot>> = {
  clean: {},
  mild: { jitter: 15, blur: 0.6, noise: 4, jpeg: 90 },
  medium: { jitter: 30, blur: 1.2, noise: 8, jpeg: 80, shade: 0.2 },
  hard: { jitter: 50, blur: 2.2, noise: 14, jpeg: 70, shade: 0.35 },
  harder: { jitter: 70, blur: 2.4, noise: 18, jpeg: 50, shade: 0.5, contrast: 0.6 },
}

export const CONDITIONS: readonly Condition[] = [
  ...Object.entries(TOGETHER).flatMap(([value, shot]) => [
    { factor: 'together, Persian', value, shot },
    { factor: 'together, Latin', value, shot, isLatin: true },
  ]),
  ...sweep('perspective: corners off by up to, px', [30, 60, 90, 120], (jitter) => ({ jitter })),
  ...sweep('width of the card, px', [900, 700, 600, 560], (width) => ({
    corners: wide(width),
    noise: 4,
  })),
  ...sweep('blur, px', [1, 1.5, 2, 2.5, 3, 4], (blur) => ({ blur })),
  ...sweep('noise, grey values', [5, 10, 20, 30, 45], (noise) => ({ noise })),
  ...sweep('JPEG quality', [70, 40, 20, 10], (jpeg) => ({ jpeg })),
  ...sweep('contrast', [0.6, 0.3, 0.15], (contrast) => ({ contrast, noise: 4 })),
  ...sweep('glare on half of the number, added', [30, 60, 120], (strength) => ({
    glare: { at: [680, 176], radius: 90, strength },
  })),
]

/** The same medium photograph of cards printed in other fonts. */
export function fontConditions(faces: readonly Face[], factor: string): readonly Condition[] {
  const shot: Shot = { ...TOGETHER['medium'] }
  return faces.flatMap(({ name, font, hasPersian, hasLatin }) => [
    ...(hasPersian ? [{ factor: `${factor}, Persian`, value: name, shot, font }] : []),
    ...(hasLatin ? [{ factor: `${factor}, Latin`, value: name, shot, font, isLatin: true }] : []),
  ])
}
