import { expect, it } from '@jest/globals'
import { cardReader } from '../../../adapters/card/index.ts'
import { photograph, type Shot } from '../../support/cards.ts'
import { sampleCard, SARA, straight, TODAY } from './sample.ts'

const MEGABYTE = 1 << 20
const WARM_UP = 60
const READS = 300

/** OpenCV's matrices are outside of the garbage collector's reach: one of 0.9 MB that a read forgets would be
 *  270 MB here. */
it('stays flat over 300 reads, good and bad', async () => {
  const card = await sampleCard()
  const shots: readonly Shot[] = [
    {},
    { turns: 2 },
    { blur: 4 },
    { corners: straight(400) },
    { fingers: [{ from: [600, -200], to: [600, 170], radius: 55 }] },
  ]
  const size = [640, 480] as const
  const photos = await Promise.all(shots.map((shot) => photograph(card, { ...shot, size })))
  const reader = cardReader({ allowSpecimens: true, smallest: 300 })
  const expected = { nationalId: SARA, today: TODAY }
  const readAll = async (count: number) => {
    for (let at = 0; at < count; at++) await reader.read(photos[at % photos.length]!, expected)
  }
  try {
    await readAll(WARM_UP)
    const before = process.memoryUsage().rss
    await readAll(READS)
    expect((process.memoryUsage().rss - before) / MEGABYTE).toBeLessThan(80)
  } finally {
    await reader.close()
  }
}, 120_000)
