import sharp from 'sharp'
import type { EncodedImage } from '../../../src/ports/encoded-image.ts'
import { ALIGNED_SIZE } from './alignment.ts'
import { DETECTOR_HEIGHT, DETECTOR_WIDTH, foundFaces, type FoundFace } from './detector.ts'
import { decoded } from './door.ts'
import { alignedFace, averagedEmbedding, embeddingOf } from './embedding.ts'
import type { Look, SeenFace, Wants } from './face-engine.ts'
import { frameHash } from './frame-hash.ts'
import { landmarksOf } from './landmarks.ts'
import { bonaFide } from './passive-attack.ts'
import type { Pixels } from './pixels.ts'
import { brightnessOf, sharpnessOf } from './quality.ts'
import type { Models } from './sessions.ts'

/** All that is to be seen in one image. Runs in a worker. */
export async function lookAt(models: Models, image: EncodedImage, wants: Wants): Promise<Look> {
  const pixels = await decoded(image)
  if (pixels === undefined) return { kind: 'unreadable' }
  const { width, height } = pixels
  const small = await inDetectorSize(pixels)
  const faces = await foundFaces(models.detector, small, pixels)
  const [largest, ...others] = wants.central
    ? faces.toSorted(nearerTo(width / 2, height / 2))
    : faces
  const frame = { kind: 'seen', width, height, hash: frameHash(small) } as const
  if (largest === undefined) {
    const { width: right, height: bottom } = small
    return { ...frame, brightness: brightnessOf(small, [0, 0, right, bottom]), faces: [] }
  }
  return {
    ...frame,
    brightness: brightnessOf(pixels, largest.box),
    faces: [await closely(models, pixels, largest, wants), ...others.map(fromAfar)],
  }
}

function nearerTo(x: number, y: number) {
  const distance = ({ box: [left, top, right, bottom] }: FoundFace) =>
    Math.hypot((left + right) / 2 - x, (top + bottom) / 2 - y)
  return (one: FoundFace, other: FoundFace) => distance(one) - distance(other)
}

/** The frame in the size of the detector's input; libvips does it several times quicker than JavaScript. */
async function inDetectorSize({ data, width, height }: Pixels): Promise<Pixels> {
  const small = await sharp(data, { raw: { width, height, channels: 3 } })
    .resize(DETECTOR_WIDTH, DETECTOR_HEIGHT, { fit: 'fill', kernel: 'linear' })
    .raw()
    .toBuffer()
  return { data: small, width: DETECTOR_WIDTH, height: DETECTOR_HEIGHT }
}

async function closely(
  models: Models,
  pixels: Pixels,
  face: FoundFace,
  { embedding, attack }: Wants,
): Promise<SeenFace> {
  const landmarks = await landmarksOf(models.landmarks, pixels, face.box)
  const aligned = alignedFace(pixels, landmarks)
  return {
    ...face,
    landmarks,
    sharpness: sharpnessOf(aligned, ALIGNED_SIZE),
    ...(embedding === true && { embedding: await embeddingOf(models.embedding, aligned) }),
    ...(embedding === 'averaged' && {
      embedding: await averagedEmbedding(models.embedding, pixels, landmarks),
    }),
    ...(attack && { bonaFide: await bonaFide(models.attack, pixels, face.box) }),
  }
}

function fromAfar(face: FoundFace): SeenFace {
  return { ...face, landmarks: new Float32Array(), sharpness: 0 }
}
