import { deflateSync } from 'node:zlib'
import { afterAll, describe, expect, it } from '@jest/globals'
import sharp from 'sharp'
import { decoded } from '../../../adapters/card/door.ts'
import { cardReader } from '../../../adapters/card/index.ts'
import { TODAY, SARA } from './sample.ts'

const reader = cardReader({ allowSpecimens: true })
afterAll(() => reader.close())

const flat = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#777' } })

async function animation(): Promise<Uint8Array> {
  const frames = await sharp({
    create: { width: 100, height: 200, channels: 3, background: '#777' },
  })
    .raw()
    .toBuffer()
  frames.fill(0, 0, 100 * 100 * 3)
  return sharp(frames, { raw: { width: 100, height: 200, channels: 3, pageHeight: 100 } })
    .webp({ loop: 0, delay: [100, 100] })
    .toBuffer()
}

/** An `acTL` chunk after the header makes a PNG an animated one. */
async function animatedPng(): Promise<Uint8Array> {
  const png = await flat(100, 100).png().toBuffer()
  const chunk = Buffer.alloc(20)
  chunk.writeUInt32BE(8, 0)
  chunk.write('acTL', 4, 'latin1')
  return Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)])
}

/** 40,000 × 40,000 pixels in some kilobytes. */
function bomb(): Uint8Array {
  const header = Buffer.alloc(25)
  header.writeUInt32BE(13, 0)
  header.write('IHDR', 4, 'latin1')
  header.writeUInt32BE(40_000, 8)
  header.writeUInt32BE(40_000, 12)
  header.set([1, 0, 0, 0, 0], 16)
  const data = deflateSync(Buffer.alloc(5_000_000))
  const body = Buffer.alloc(12 + data.length)
  body.writeUInt32BE(data.length, 0)
  body.write('IDAT', 4, 'latin1')
  data.copy(body, 8)
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), header, body])
}

const REFUSED: Readonly<Record<string, () => Promise<Uint8Array> | Uint8Array>> = {
  nothing: () => new Uint8Array(),
  text: () => Buffer.from('a card, believe me'),
  'an SVG': () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="400" height="300"/>'),
  'a GIF': () => flat(400, 300).gif().toBuffer(),
  'a TIFF': () => flat(400, 300).tiff().toBuffer(),
  'an SVG that begins like a JPEG': () => Buffer.from('\xff\xd8\xff<svg/>', 'latin1'),
  'half a JPEG': async () => (await flat(800, 600).jpeg().toBuffer()).subarray(0, 900),
  'an animated WebP': animation,
  'an animated PNG': animatedPng,
  'a bomb': bomb,
  '17 megapixels': () => flat(4250, 4000).jpeg().toBuffer(),
  'more than 4 MB': async () =>
    Buffer.concat([await flat(400, 300).jpeg().toBuffer(), Buffer.alloc(4 << 20)]),
  'a speck': () => flat(40, 40).png().toBuffer(),
}

describe('the door', () => {
  it.each(Object.entries(REFUSED))('refuses %s', async (_, make) => {
    const image = await make()
    expect(await decoded(image, 640)).toBeUndefined()
    expect(await reader.glance(image)).toEqual({ kind: 'seen', problem: 'unreadable' })
    expect(await reader.read(image, { nationalId: SARA, today: TODAY })).toEqual({
      kind: 'unusable',
      problem: 'unreadable',
    })
  })

  it('lets in what it may, no larger than is needed', async () => {
    for (const image of [
      flat(1600, 1200).jpeg(),
      flat(1600, 1200).png(),
      flat(1600, 1200).webp(),
    ]) {
      const photo = await decoded(await image.toBuffer(), 640)
      expect(photo).toMatchObject({ width: 640, height: 480, shrunk: 2.5 })
      expect(photo?.data).toHaveLength(640 * 480 * 3)
    }
  })
})
