import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import sharp from 'sharp'
import { cardReader } from '../../../adapters/card/index.ts'
import { isNationalId } from '../../../src/identity/national-id.ts'
import type { CardProblem, CardReading } from '../../../src/ports/card-reader.ts'
import { photograph, type Shot } from '../../support/cards.ts'
import { face, ORDINARY, REZA, sampleCard, SARA, straight, TODAY } from './sample.ts'

const lenient = cardReader({ allowSpecimens: true })
const strict = cardReader()
let card: Uint8Array
let ordinary: Uint8Array

beforeAll(async () => {
  card = await sampleCard()
  ordinary = await sampleCard({ nationalId: ORDINARY, specimen: false })
})
afterAll(() => Promise.all([lenient.close(), strict.close()]))

const expected = (nationalId = SARA) => ({ nationalId, today: TODAY })
const problemOf = (reading: CardReading) =>
  reading.kind === 'unusable' ? reading.problem : reading.kind

async function readPhoto(shot: Shot, print = card, nationalId = SARA) {
  return lenient.read(await photograph(print, shot), expected(nationalId))
}

describe('a good photograph', () => {
  const GOOD: Readonly<Record<string, Shot>> = {
    straight: {},
    'upside down': { turns: 2 },
    'on its side': {
      corners: [
        [0.69, 0.04],
        [0.68, 0.96],
        [0.31, 0.96],
        [0.32, 0.04],
      ],
    },
    'a little tilted, in uneven light': { jitter: 45, seed: 3, shade: 0.4, noise: 5, jpeg: 75 },
    'on a pale table': { background: 'light', noise: 3 },
    'held at both ends': {
      fingers: [
        { from: [-200, 560], to: [-20, 560], radius: 60 },
        { from: [1200, 320], to: [1000, 320], radius: 60 },
      ],
    },
  }
  it.each(Object.entries(GOOD))('%s', async (_, shot) => {
    const photo = await photograph(card, shot)
    expect(await lenient.glance(photo)).not.toHaveProperty('problem', expect.anything())
    const reading = await lenient.read(photo, expected())
    expect(problemOf(reading)).toBe('read')
  })

  it('is read from PNG, WebP, and a JPEG that lies on its side by EXIF', async () => {
    const photo = await photograph(card)
    const images = [
      await sharp(photo).png().toBuffer(),
      await sharp(photo).webp().toBuffer(),
      await sharp(photo).rotate(90).withMetadata({ orientation: 8 }).jpeg().toBuffer(),
    ]
    for (const image of images) {
      expect(problemOf(await lenient.read(image, expected()))).toBe('read')
    }
  })

  it.each([0, 90, 180, 270])('is read when cut along its edge and turned by %d°', async (turn) => {
    const cut = await sharp(card).rotate(turn).jpeg().toBuffer()
    expect(problemOf(await lenient.read(cut, expected()))).toBe('read')
  })

  it('is read with Latin digits', async () => {
    const reading = await readPhoto({}, await sampleCard({ digits: 'latin' }))
    expect(reading).toMatchObject({ kind: 'read', facts: { digits: 'latin' } })
  })

  it('says where the corners are, from the card’s own top left', async () => {
    const { corners } = (await lenient.glance(await photograph(card, {}))) as {
      corners: readonly (readonly [number, number])[]
    }
    const truth = straight(896)
    expect(corners).toHaveLength(4)
    corners.forEach(([x, y], at) => {
      expect(Math.hypot(x - truth[at]![0], y - truth[at]![1])).toBeLessThan(0.01)
    })
  })

  it.each([0, 2] as const)('gives the portrait upright (%s quarter turns)', async (turns) => {
    const reading = await readPhoto({ turns, jitter: 20 })
    if (reading.kind !== 'read') throw new Error(problemOf(reading))
    const meta = await sharp(reading.portrait).metadata()
    expect(meta).toMatchObject({ format: 'jpeg' })
    expect(meta.width).toBeGreaterThanOrEqual(200)
    expect(meta.exif).toBeUndefined()
    const printed = await sharp(card)
      .extract({ left: 48, top: 146, width: 264, height: 352 })
      .toBuffer()
    expect(await likeness(reading.portrait, printed)).toBeGreaterThan(0.95)
    expect(
      await likeness(reading.portrait, await sharp(printed).rotate(180).toBuffer()),
    ).toBeLessThan(0.8)
  })

  it('keeps figures for the evidence, and nothing of the person', async () => {
    const reading = await readPhoto({})
    if (reading.kind !== 'read') throw new Error(problemOf(reading))
    const facts = JSON.stringify(reading.facts)
    expect(facts).not.toMatch(/9990000018|1412|13700/)
    expect(reading.facts).toMatchObject({ specimen: true, upsideDown: false, digits: 'persian' })
    expect(lenient.verifier).toMatch(/digits [0-9a-f]{12}/)
  })
})

/** Pearson's correlation of two small grey pictures. */
async function likeness(a: Uint8Array, b: Uint8Array): Promise<number> {
  const small = (image: Uint8Array) =>
    sharp(image).greyscale().resize(24, 32, { fit: 'fill' }).raw().toBuffer()
  const [x, y] = await Promise.all([small(a), small(b)])
  const mean = (values: Uint8Array) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [mx, my] = [mean(x), mean(y)]
  let [xy, xx, yy] = [0, 0, 0]
  x.forEach((value, at) => {
    const [u, v] = [value - mx, y[at]! - my]
    ;[xy, xx, yy] = [xy + u * v, xx + u * u, yy + v * v]
  })
  return xy / Math.sqrt(xx * yy)
}

describe('a photograph that is not good enough', () => {
  const BAD: readonly (readonly [CardProblem, string, Shot])[] = [
    ['too_far', 'small', { corners: straight(440) }],
    [
      'tilted',
      'from the side',
      {
        corners: [
          [0.15, 0.2],
          [0.85, 0.33],
          [0.85, 0.66],
          [0.15, 0.79],
        ],
      },
    ],
    ['blurred', 'out of focus', { blur: 3.2 }],
    ['blurred', 'out of focus and noisy', { blur: 3.2, noise: 12 }],
    ['glare', 'a lamp in the number', { glare: { at: [600, 176], radius: 60 } }],
    ['glare', 'a lamp in the portrait', { glare: { at: [180, 320], radius: 90 } }],
    ['glare', 'a lamp in the expiry date', { glare: { at: [640, 560], radius: 60 } }],
    ['too_dark', 'in the dark', { brightness: 0.2 }],
    ['too_dark', 'so dark that nothing is found', { brightness: 0.03 }],
    [
      'covered',
      'a finger on the number',
      { fingers: [{ from: [600, -200], to: [600, 170], radius: 55 }] },
    ],
    [
      'covered',
      'a thumb on the portrait',
      { fingers: [{ from: [-200, 400], to: [80, 360], radius: 60 }] },
    ],
    [
      'covered',
      'a thumb on the date',
      { fingers: [{ from: [640, 800], to: [640, 590], radius: 60 }] },
    ],
  ]
  it.each(BAD)('%s: %s', async (problem, _, shot) => {
    const photo = await photograph(card, shot)
    expect(await lenient.glance(photo)).toMatchObject({ kind: 'seen', problem })
    expect(await lenient.read(photo, expected())).toEqual({ kind: 'unusable', problem })
  })

  it('not_found: there is no card', async () => {
    const table = await sharp({
      create: { width: 1280, height: 960, channels: 3, background: '#a08060' },
    })
      .jpeg()
      .toBuffer()
    expect(await lenient.glance(table)).toEqual({ kind: 'seen', problem: 'not_found' })
    expect(await lenient.read(table, expected())).toEqual({
      kind: 'unusable',
      problem: 'not_found',
    })
  })

  it('number_unread: a card of another kind', async () => {
    const other = await sharp({
      create: { width: 1012, height: 638, channels: 3, background: '#d8e4ea' },
    })
      .composite([
        {
          input: await sharp(await face())
            .resize(264, 352)
            .toBuffer(),
          left: 48,
          top: 146,
        },
      ])
      .jpeg()
      .toBuffer()
    const photo = await photograph(other, {})
    const problem = expect.stringMatching(/^(number_unread|blurred)$/)
    expect(await lenient.glance(photo)).toMatchObject({ problem })
    expect(await lenient.read(photo, expected())).toMatchObject({ problem })
  })
})

describe('a card that is not good enough', () => {
  it.each([SARA, '9990000034', ORDINARY])(
    'number_other: it is not the card of %s',
    async (nationalId) => {
      expect(
        problemOf(await readPhoto({}, await sampleCard({ nationalId: REZA }), nationalId)),
      ).toBe('number_other')
    },
  )

  it('number_unread: a number that no checksum allows, even when it is the expected one', async () => {
    const wrong = '9990000019'
    expect(isNationalId(wrong)).toBe(false)
    const print = await sampleCard({ nationalId: wrong })
    expect(problemOf(await readPhoto({}, print))).toBe('number_unread')
    expect(problemOf(await readPhoto({}, print, wrong))).toBe('number_unread')
  })

  it('expired: from the day after', async () => {
    const print = async (expiresAt: string) => readPhoto({}, await sampleCard({ expiresAt }))
    // 1405/09/05 is 2026-11-26.
    expect(problemOf(await print('1405/09/05'))).toBe('read')
    expect(problemOf(await print('1405/09/04'))).toBe('expired')
    expect(problemOf(await print('1399/12/30'))).toBe('expired')
  })

  it.each(['', '1412/13/40', '1488/01/01'])(
    'damaged: its expiry date is “%s”',
    async (expiresAt) => {
      expect(problemOf(await readPhoto({}, await sampleCard({ expiresAt })))).toBe('damaged')
    },
  )

  it('portrait_missing, portrait_poor', async () => {
    expect(problemOf(await readPhoto({}, await sampleCard({ portrait: undefined })))).toBe(
      'portrait_missing',
    )
    const pale = await sharp(await face())
      .linear(0.3, 162)
      .jpeg()
      .toBuffer()
    expect(problemOf(await readPhoto({}, await sampleCard({ portrait: pale })))).toBe(
      'portrait_poor',
    )
  })
})

describe('a specimen', () => {
  it('is refused by its number, and by its mark', async () => {
    const byNumber = await photograph(await sampleCard({ specimen: false }))
    expect(problemOf(await strict.read(byNumber, expected()))).toBe('specimen')
    const byMark = await photograph(await sampleCard({ nationalId: ORDINARY }), { brightness: 0.7 })
    expect(problemOf(await strict.read(byMark, expected(ORDINARY)))).toBe('specimen')
  })

  it('is what neither the number nor a mark says: an ordinary card is read', async () => {
    const reading = await strict.read(await photograph(ordinary), expected(ORDINARY))
    expect(reading).toMatchObject({ kind: 'read', facts: { specimen: false } })
  })
})

describe('the queue', () => {
  it('is bounded: beyond it the answer is busy, and later it is not', async () => {
    const small = cardReader({ workers: 1, queue: 1, allowSpecimens: true })
    try {
      const photo = await photograph(card)
      const answers = await Promise.all(Array.from({ length: 5 }, () => small.glance(photo)))
      expect(answers.map(({ kind }) => kind)).toEqual(['seen', 'seen', 'busy', 'busy', 'busy'])
      expect(await small.read(photo, expected())).toMatchObject({ kind: 'read' })
    } finally {
      await small.close()
    }
    await expect(small.glance(card)).rejects.toMatchObject({
      message: expect.stringContaining('closed'),
    })
  })

  it('leaves the caller’s image alone', async () => {
    const photo = Uint8Array.from(await photograph(card))
    const before = Uint8Array.from(photo)
    await lenient.glance(photo)
    expect(photo).toEqual(before)
  })
})
