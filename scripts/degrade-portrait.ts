import sharp from 'sharp'

/** How a portrait printed on a card and photographed with it looks: small, faint, soft, grainy. Strengths are a
 *  judgement, not a measurement of real cards. */
export interface CardLook {
  /** Longer side in pixels: of a frame of which the face fills a third, a face of some 45 pixels is left. */
  readonly side: number
  /** 1: as it was; 0: grey. */
  readonly saturation: number
  /** 1: as it was; 0: one even grey. */
  readonly contrast: number
  /** Standard deviation of the blur, in pixels of the small image. */
  readonly blur: number
  /** Standard deviation of the noise of each sample, 0 to 255. */
  readonly noise: number
  readonly jpegQuality: number
}

export const CARD_LOOK: CardLook = {
  side: 130,
  saturation: 0.4,
  contrast: 0.65,
  blur: 0.8,
  noise: 6,
  jpegQuality: 60,
}

/** The portrait as it would look on a card, as JPEG. The same seed gives the same noise. */
export async function degraded(
  image: Uint8Array,
  seed: number,
  look: CardLook = CARD_LOOK,
): Promise<Buffer> {
  const { side, saturation, contrast, blur, noise, jpegQuality } = look
  const { data, info } = await sharp(image)
    .autoOrient()
    .resize({ width: side, height: side, fit: 'inside' })
    .modulate({ saturation })
    .linear(contrast, 128 * (1 - contrast))
    .blur(blur)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  const chance = seeded(seed)
  const grainy = Uint8ClampedArray.from(data, (value) => value + noise * normal(chance))
  const { width, height, channels } = info
  return sharp(grainy, { raw: { width, height, channels } })
    .jpeg({ quality: jpegQuality })
    .toBuffer()
}

/** mulberry32 (T. Ettinger): numbers from 0 to 1 that the seed alone decides. */
function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Normally distributed, of deviation 1 (Box and Muller 1958). */
function normal(chance: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance())
}
