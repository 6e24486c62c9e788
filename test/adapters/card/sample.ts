import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { printCard, type CardData } from '../../support/cards.ts'
import type { Quad } from '../../../sandbox/card-press/homography.ts'

const require = createRequire(import.meta.url)

export const SARA = '9990000018'
export const REZA = '9990000026'
/** Not of the series of samples; the checksum is right. */
export const ORDINARY = '0012345679'
export const TODAY = '2026-11-26'

export async function face(): Promise<Uint8Array> {
  return readFile(require.resolve('@vladmandic/face-api/demo/sample6.jpg'))
}

export async function sampleCard(changes: Partial<CardData> = {}): Promise<Uint8Array> {
  return printCard({
    nationalId: SARA,
    givenName: 'سارا',
    familyName: 'نمونه‌زاده',
    fatherName: 'رضا',
    birthDate: '1370/01/01',
    expiresAt: '1412/07/30',
    portrait: await face(),
    ...changes,
  })
}

/** Looking straight at a card that is so many of 1280 pixels wide, in a photograph of 1280 × 960. */
export function straight(width: number): Quad {
  const [w, h] = [width / 1280, width / 1.586 / 960]
  const [left, right, top, bottom] = [0.5 - w / 2, 0.5 + w / 2, 0.5 - h / 2, 0.5 + h / 2]
  return [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ]
}
