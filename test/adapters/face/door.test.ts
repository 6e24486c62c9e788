import { readFile } from 'node:fs/promises'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import sharp, { type Sharp } from 'sharp'
import { decoded } from '../../../adapters/face/onnx/door.ts'
import { groupPicture } from '../../support/sample-faces.ts'

const MOST_BYTES = 4 * 1024 * 1024

/** Left half red, right half blue. */
function halves(width = 64, height = 32): Sharp {
  const blue = { create: { width: width / 2, height, channels: 3 as const, background: '#00f' } }
  return sharp({ create: { width, height, channels: 3, background: '#f00' } }).composite([
    { input: blue, left: width / 2, top: 0 },
  ])
}

function pixelAt({ data, width }: { data: Uint8Array; width: number }, x: number, y: number) {
  return [...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)]
}

const even = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#888' } })

describe('what may come in', () => {
  it.each(['jpeg', 'png', 'webp'] as const)('%s', async (format) => {
    const image = await halves().toFormat(format).toBuffer()
    const pixels = await decoded(image)
    expect(pixels).toMatchObject({ width: 64, height: 32 })
    expect(pixels?.data).toHaveLength(64 * 32 * 3)
    const [red = 0, , blue = 0] = pixelAt(pixels!, 4, 4)
    expect(red).toBeGreaterThan(200)
    expect(blue).toBeLessThan(60)
  })

  it('stands upright, as its EXIF says', async () => {
    // Orientation 6: what is on the left belongs to the top.
    const image = await halves().withMetadata({ orientation: 6 }).jpeg().toBuffer()
    const pixels = await decoded(image)
    expect(pixels).toMatchObject({ width: 32, height: 64 })
    expect(pixelAt(pixels!, 16, 4)[0]).toBeGreaterThan(200)
    expect(pixelAt(pixels!, 16, 60)[2]).toBeGreaterThan(200)
  })

  it.each([
    ['CMYK', () => halves().toColourspace('cmyk').jpeg().toBuffer()],
    ['16 bits a sample', () => halves().toColourspace('rgb16').png().toBuffer()],
    ['grey', () => halves().greyscale().png().toBuffer()],
    ['a palette', () => halves().png({ palette: true }).toBuffer()],
    ['transparency', () => halves().ensureAlpha(0.5).png().toBuffer()],
    ['grey with transparency', () => halves().greyscale().ensureAlpha(0.5).webp().toBuffer()],
  ])('%s becomes RGB of 8 bits', async (_name, made) => {
    const pixels = await decoded(await made())
    expect(pixels).toMatchObject({ width: 64, height: 32 })
    expect(pixels?.data).toHaveLength(64 * 32 * 3)
  })

  it('is made smaller where it is large', async () => {
    const pixels = await decoded(await even(4000, 3000).jpeg().toBuffer())
    expect(pixels).toMatchObject({ width: 1280, height: 960 })
  })

  it('may be as large as 4 MB', async () => {
    const image = await halves().jpeg().toBuffer()
    const padding = Buffer.alloc(MOST_BYTES - image.length)
    expect(await decoded(Buffer.concat([image, padding]))).toBeDefined()
    expect(await decoded(Buffer.concat([image, padding, Buffer.alloc(1)]))).toBeUndefined()
  })
})

describe('what may not', () => {
  it.each([
    ['nothing', async () => Buffer.alloc(0)],
    ['a GIF', () => halves().gif().toBuffer()],
    ['a TIFF', () => halves().tiff().toBuffer()],
    ['an AVIF', () => halves().avif().toBuffer()],
    ['an SVG', async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['a PDF', async () => Buffer.from('%PDF-1.7\n')],
    ['the beginning of a PNG before an SVG', async () => disguised()],
    ['a picture of 5000 × 4000 pixels', () => even(5000, 4000).png().toBuffer()],
    ['a strip of 16 million pixels and a few', () => even(1001, 16_000).png().toBuffer()],
    ['a picture of 8 × 8 pixels', () => even(8, 8).png().toBuffer()],
  ])('%s', async (_name, made) => {
    expect(await decoded(await made())).toBeUndefined()
  })

  it('a bomb: little to send, and much to unpack', async () => {
    const bomb = await even(14_000, 14_000).png({ compressionLevel: 9 }).toBuffer()
    expect(bomb.length).toBeLessThan(MOST_BYTES)
    const before = process.memoryUsage.rss()
    expect(await decoded(bomb)).toBeUndefined()
    expect(process.memoryUsage.rss() - before).toBeLessThan(100 << 20)
  })

  it('an animation', async () => {
    const frames = Buffer.concat([Buffer.alloc(32 * 32 * 3, 10), Buffer.alloc(32 * 32 * 3, 200)])
    const raw = { width: 32, height: 64, channels: 3, pageHeight: 32 } as const
    const animated = await sharp(frames, { raw })
      .webp({ loop: 0, delay: [100, 100] })
      .toBuffer()
    expect((await sharp(animated).metadata()).pages).toBe(2)
    expect(await decoded(animated)).toBeUndefined()
  })

  it.each(['jpeg', 'png', 'webp'] as const)('half a %s', async (format) => {
    const whole = await sharp(groupPicture()).resize(320).toFormat(format).toBuffer()
    expect(await decoded(whole)).toBeDefined()
    expect(await decoded(whole.subarray(0, whole.length / 2))).toBeUndefined()
  })

  it('any bytes, whatever they begin with, without harm', async () => {
    const begins = fc.constantFrom('', 'ffd8ffe0', '89504e470d0a1a0a', '524946460000000057454250')
    await fc.assert(
      fc.asyncProperty(begins, fc.uint8Array({ maxLength: 400 }), async (magic, rest) => {
        expect(await decoded(Buffer.concat([Buffer.from(magic, 'hex'), rest]))).toBeUndefined()
      }),
      { numRuns: 200 },
    )
  })

  it('damaged pictures, without harm', async () => {
    const whole = await readFile(groupPicture()).then((image) =>
      sharp(image).resize(160).jpeg().toBuffer(),
    )
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), async (at, byte) => {
        const damaged = Uint8Array.from(whole)
        damaged[at] = byte
        const pixels = await decoded(damaged)
        if (pixels) expect(pixels.data).toHaveLength(pixels.width * pixels.height * 3)
      }),
      { numRuns: 200 },
    )
  })
})

function disguised(): Buffer {
  const magic = Buffer.from('89504e470d0a1a0a', 'hex')
  return Buffer.concat([magic, Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')])
}
