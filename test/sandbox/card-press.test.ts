import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import sharp from 'sharp'
import { cardReader } from '../../adapters/card/index.ts'
import { cardPress, type RunningPress } from '../../sandbox/card-press/main.ts'
import { photograph } from '../support/cards.ts'

const require = createRequire(import.meta.url)
const face = () => readFile(require.resolve('@vladmandic/face-api/demo/sample6.jpg'))
const reader = cardReader({ allowSpecimens: true })
let press: RunningPress

beforeAll(async () => {
  press = await cardPress({ port: 0 })
})
afterAll(() => Promise.all([press.close(), reader.close()]))

const card = async (query: string, body?: Uint8Array) =>
  fetch(
    `${press.url}/card.jpg?${query}`,
    body ? { method: 'POST', body: Uint8Array.from(body) } : {},
  )

describe('the card press', () => {
  it.each(['fa', 'en'])(
    'has a page in %s that offers every Iranian of the registries',
    async (lang) => {
      const answer = await fetch(`${press.url}/?lang=${lang}`)
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
      const text = await answer.text()
      expect(text).toContain(`<html lang="${lang}"`)
      expect(text).toContain('9990000018')
      expect(text).not.toContain('undefined')
    },
  )

  it('prints a card that the reader reads, with a picture or a drawn face', async () => {
    for (const body of [undefined, await face()]) {
      const answer = await card('person=sara', body)
      expect(answer.headers.get('content-type')).toBe('image/jpeg')
      expect(answer.headers.get('cache-control')).toBe('no-store')
      const print = new Uint8Array(await answer.arrayBuffer())
      expect(await sharp(print).metadata()).toMatchObject({ width: 1012, height: 638 })
      const reading = await reader.read(await photograph(print), {
        nationalId: '9990000018',
        today: '2026-11-26',
      })
      expect(reading).toMatchObject({ kind: 'read', facts: { specimen: true } })
    }
  })

  it('prints expired ones, too', async () => {
    const print = new Uint8Array(await (await card('person=reza&state=expired')).arrayBuffer())
    const expected = { nationalId: '9990000026', today: '2026-11-26' }
    expect(await reader.read(await photograph(print), expected)).toMatchObject({
      problem: 'expired',
    })
  })

  it('refuses what is no picture, too large, or nobody', async () => {
    expect((await card('person=sara', Buffer.from('no picture'))).status).toBe(422)
    expect((await card('person=nobody')).status).toBe(400)
    expect((await card('person=sara', Buffer.alloc((8 << 20) + 1))).status).toBe(413)
  })
})

describe('photograph', () => {
  it('is the same for the same seed, and another for another', async () => {
    const print = await face()
    const shot = { jitter: 30, noise: 5, size: [320, 240] } as const
    const [a, b, c] = await Promise.all(
      [1, 1, 2].map((seed) => photograph(print, { ...shot, seed })),
    )
    expect(a).toEqual(b)
    expect(a).not.toEqual(c)
  })
})
