import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { challengeLiveness } from '../../../adapters/face/liveness/index.ts'
import { faceEngine, type FaceEngine } from '../../../adapters/face/onnx/engine.ts'
import { readConfig } from '../../../src/config.ts'
import { seededRandom } from '../../../src/cli/face-challenge.ts'
import { jpegsOf } from '../../../src/cli/mjpeg.ts'
import { played, virtualClock } from '../../../src/cli/stream-player.ts'
import { videoFrames as recordedFrames } from '../../../src/cli/video-frames.ts'
import { rememberedEngine } from '../../support/remembered-engine.ts'
import { SHARED_DATA } from '../../support/shared-data.ts'
import { requires } from '../../support/skips.ts'
import { CAMERA_FPS, renderVideo, videoFrames, type VideoKind } from '../../support/videos.ts'

let engine: FaceEngine
beforeAll(async () => {
  const { PANJEREH_MODELS_DIR } = process.env
  const { modelsDirectory: directory } = readConfig({ PANJEREH_MODELS_DIR })
  engine = rememberedEngine(await faceEngine({ directory, workers: 1 }))
})
afterAll(() => engine.close())

interface Played {
  readonly seed?: number
  readonly fps?: number
  readonly gentle?: boolean
}

/** The verdict of the real judge with the real engine, eight frames a second. */
function verdictOn(
  frames: readonly Uint8Array[],
  { seed = 1, fps = CAMERA_FPS, gentle }: Played = {},
) {
  const clock = virtualClock()
  const provider = challengeLiveness({ engine, clock, random: seededRandom(seed) })
  return played({ provider, frames, clock, fps, sends: 8, gentle })
}

/** Each picture as long as the camera shows it. */
const SLOW = 5
const drawn = new Map<VideoKind, Promise<readonly Buffer[]>>()
async function rendered(kind: VideoKind, how: Played = {}) {
  const frames = drawn.get(kind) ?? videoFrames(kind, SLOW)
  drawn.set(kind, frames)
  return verdictOn(await frames, how)
}

const shared = (name: string) =>
  jpegsOf(readFileSync(join(SHARED_DATA, 'faces/video', `${name}.mjpeg`)))

requires('face-models')('pictures that the tests render', () => {
  it.each([
    ['still', 'frozen'],
    ['planar_photo', 'presentation_attack'],
    ['two_people', 'several_faces'],
    ['no_face', 'no_face'],
    ['dark', 'too_dark'],
  ] as const)('%s is refused: %s', async (kind, reason) => {
    expect(await rendered(kind)).toMatchObject({ kind: 'failed', reason })
  })

  it('are written as Chromium’s fake camera takes them', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'panjereh-video-'))
    try {
      const path = join(directory, 'no_face.mjpeg')
      await renderVideo('no_face', path)
      const frames = await recordedFrames(path)
      expect(frames).toHaveLength(24 * SLOW)
      const look = await engine.look(Uint8Array.from(frames[0] ?? []), {})
      expect(look).toMatchObject({ kind: 'seen', width: 640, height: 360, faces: [] })
    } finally {
      rmSync(directory, { recursive: true })
    }
  })
})

requires('face-models', 'shared-data')('a person who turns her head', () => {
  it.each([1, 2, 3, 4])('is live, whatever is drawn (%d)', async (seed) => {
    const verdict = await rendered('live_turn', { seed })
    expect(verdict).toMatchObject({ kind: 'live' })
    if (verdict.kind !== 'live') return
    // What may be matched is from the front, of her, and a picture.
    for (const frame of verdict.frames) {
      const look = await engine.look(frame, { attack: true })
      expect(look.kind === 'seen' && look.faces).toHaveLength(1)
    }
  })

  it('is live in the shared video, at its own rate', async () => {
    const clock = virtualClock()
    for (const seed of [1, 2, 3]) {
      const provider = challengeLiveness({ engine, clock, random: seededRandom(seed) })
      const frames = shared('live_headturn')
      const verdict = await played({ provider, frames, clock, fps: 12, sends: 12 })
      expect(verdict).toMatchObject({ kind: 'live' })
    }
  })

  it('is live in a gentle challenge', async () => {
    expect(await rendered('live_turn', { gentle: true })).toMatchObject({ kind: 'live' })
  })
})

requires('face-models', 'shared-data')('attacks with her picture', () => {
  it.each([
    ['attack_still', 'frozen'],
    ['attack_planar_photo', 'not_turned'],
  ])('%s is refused: %s', async (name, reason) => {
    expect(await verdictOn(shared(name), { fps: 12 })).toMatchObject({ kind: 'failed', reason })
  })

  it.each([
    ['planar_turn', 'not_turned'],
    ['turned_relief', 'presentation_attack'],
    ['frozen_midway', 'frozen'],
    ['swapped_person', 'changed_person'],
  ] as const)('%s is refused: %s', async (kind, reason) => {
    expect(await rendered(kind)).toMatchObject({ kind: 'failed', reason })
  })

  // A relief that a program turns passes a gentle challenge: docs/liveness.md says so.
  it.each(['planar_turn', 'frozen_midway', 'swapped_person'] as const)(
    '%s is refused by a gentle challenge',
    async (kind) => {
      expect(await rendered(kind, { gentle: true })).toMatchObject({ kind: 'failed' })
    },
  )

  it.each(['nuaa_0001', 'nuaa_0003', 'nuaa_0005'])('print of %s is refused', async (subject) => {
    const frames = await recordedFrames(join(SHARED_DATA, 'faces/pad/attack_print', subject))
    expect(await verdictOn(frames, { fps: 8 })).toMatchObject({ kind: 'failed' })
  })

  it('faces of one person after another are refused', async () => {
    const frames = await recordedFrames(join(SHARED_DATA, 'faces/lfw/Abdullah_Gul'))
    expect(await verdictOn(frames, { fps: 8 })).toMatchObject({ kind: 'failed' })
  })
})
