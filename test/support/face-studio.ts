import { copyFile, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import sharp from 'sharp'
import { cardReader } from '../../adapters/card/index.ts'
import { openFace } from '../../adapters/face/index.ts'
import { memoryCaptures } from '../../adapters/memory/captures.ts'
import { clock } from '../../adapters/system/clock.ts'
import { random } from '../../adapters/system/random.ts'
import { faceLevel, type FacePolicy } from '../../interactions/face/level.ts'
import { launchChromium } from '../../sandbox/browser.ts'
import { jpegsOf } from '../../src/cli/mjpeg.ts'
import { readConfig } from '../../src/config.ts'
import type { Ports } from '../../src/ports/index.ts'
import { photograph, printCard, type CardData, type Shot } from './cards.ts'
import { openRegistryWindow, SARA } from './level-2.ts'
import { RP } from './level-3.ts'
import { SHARED_DATA } from './shared-data.ts'
import { renderVideo, type VideoKind } from './videos.ts'

const SHARED_VIDEOS = join(SHARED_DATA, 'faces/video')
/** As many tries as there are tests. */
const POLICY: FacePolicy = {
  lifetimeSeconds: 900,
  triesPerHour: 60,
  triesPerDay: 60,
  virtualCameras: 'record',
  registryPortrait: 'when_given',
}

/** A window whose level 3 is the real one: models, card reader and challenge, in worker threads. */
export async function openFaceStudioWindow() {
  const { modelsDirectory } = readConfig({
    PANJEREH_MODELS_DIR: process.env['PANJEREH_MODELS_DIR'],
  })
  const settings = { kind: 'onnx', workers: 1 }
  const face = await openFace(settings, { clock, random, modelsDirectory })
  if (face === undefined) throw new Error('no engine')
  // Sara is of the series of samples.
  const cards = cardReader({ allowSpecimens: true })
  const captures = memoryCaptures({ clock })
  const rungs = (ports: Ports) => [faceLevel({ ...ports, face, cards, captures }, POLICY)]
  const window = await openRegistryWindow({
    clients: [RP],
    rungs,
    env: { PANJEREH_TRUSTED_PROXIES: '0', PANJEREH_OTP_SENDS_PER_HOUR: '60' },
  })
  return {
    ...window,
    async close() {
      await window.close()
      captures.close()
      await Promise.all([face.close(), cards.close()])
    },
  }
}

/** A browser whose camera shows what is put before it. */
export interface Studio {
  readonly browser: Browser
  /** From the next time on that a page opens the camera: a kind of video, a file of the shared ones, or pictures. */
  show(what: VideoKind | `${string}.mjpeg` | readonly Uint8Array[]): Promise<void>
  close(): Promise<void>
}

export async function openStudio(): Promise<Studio> {
  const directory = await mkdtemp(join(tmpdir(), 'panjereh-studio-'))
  const camera = join(directory, 'camera.mjpeg')
  await renderVideo('no_face', camera)
  const browser = await launchChromium([
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-video-capture=${camera}`,
  ])
  if (browser === undefined) throw new Error('no Chromium')
  const rendered = new Map<string, string>()

  async function fileOf(kind: VideoKind): Promise<string> {
    const file = rendered.get(kind) ?? join(directory, `${kind}.mjpeg`)
    if (!rendered.has(kind)) await renderVideo(kind, file)
    rendered.set(kind, file)
    return file
  }

  return {
    browser,
    async show(what) {
      const next = join(directory, 'next.mjpeg')
      if (typeof what !== 'string') await writeFile(next, Buffer.concat(what))
      else {
        const isShared = what.endsWith('.mjpeg')
        const file = isShared ? join(SHARED_VIDEOS, what) : await fileOf(what as VideoKind)
        await copyFile(file, next)
      }
      // In one step: what the camera is reading now stays whole.
      await rename(next, camera)
    },
    async close() {
      await browser.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** The person of the shared videos, from the front, as a printer of cards would make it: cut to the head, sharpened. */
export async function sharedPortrait(): Promise<Uint8Array> {
  const frames = jpegsOf(await readFile(join(SHARED_VIDEOS, 'live_headturn.mjpeg')))
  const head = { left: 222, top: 44, width: 170, height: 220 }
  const portrait = sharp(frames[1]).extract(head).resize(510).sharpen({ sigma: 2, m1: 3, m2: 6 })
  return portrait.jpeg({ quality: 95 }).toBuffer()
}

/** Another person, from the pictures of a package of development. */
export function otherPortrait(): Promise<Uint8Array> {
  const file = join(import.meta.dirname, '../../node_modules/@vladmandic/face-api/demo/sample6.jpg')
  const face = { left: 566, top: 250, width: 410, height: 410 }
  return sharp(file).extract(face).jpeg().toBuffer()
}

/** A photograph of a card of Sara's number. It never leaves this process but for the browser of the test. */
export async function cardPhoto(
  data: Partial<CardData> & Pick<CardData, 'portrait'>,
  shot: Shot = {},
): Promise<Uint8Array> {
  const card = await printCard({
    nationalId: SARA.nationalId,
    givenName: 'سارا',
    familyName: 'آزمایشی',
    fatherName: 'رضا',
    birthDate: '1370/01/01',
    expiresAt: '1412/01/01',
    specimen: false,
    ...data,
  })
  return photograph(card, { noise: 3, blur: 0.6, ...shot })
}
