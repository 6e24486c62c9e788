import { existsSync } from 'node:fs'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Command } from 'commander'
import sharp, { type Sharp } from 'sharp'
import { challengeLiveness } from '../adapters/face/liveness/index.ts'
import { faceEngine } from '../adapters/face/onnx/engine.ts'
import { seededRandom } from '../src/cli/face-challenge.ts'
import { progress } from '../src/cli/progress.ts'
import { played, virtualClock } from '../src/cli/stream-player.ts'
import { videoFrames as recorded } from '../src/cli/video-frames.ts'
import { readConfig } from '../src/config.ts'
import { rememberedEngine } from '../test/support/remembered-engine.ts'
import { SHARED_DATA } from '../test/support/shared-data.ts'
import { CAMERA_FPS, canRender, videoFrames, type VideoKind } from '../test/support/videos.ts'

interface Flags {
  readonly seeds: string
  readonly json?: string
}

const flags = new Command('attacks')
  .description('Attacks on the liveness challenge and honest streams: how many of each pass.')
  .option('--seeds <n>', 'challenges with each video', '8')
  .option('--json <file>', 'write the figures there too')
  .parse()
  .opts<Flags>()

/** A kind of attack (ISO/IEC 30107-3: species), or what is honest. */
interface Species {
  readonly name: string
  readonly isAttack: boolean
  readonly fps: number
  readonly gentle?: boolean
  videos(): Promise<readonly (readonly Uint8Array[])[]>
}

const SENDS = 8
/** Each picture of a rendered video as long as the camera shows it. */
const SLOW = 5
const faces = (...path: string[]) => join(SHARED_DATA, 'faces', ...path)

const attack = (kind: VideoKind): Species => ({
  name: `${kind} (rendered)`,
  isAttack: true,
  fps: CAMERA_FPS,
  videos: async () => (canRender(kind) ? [await videoFrames(kind, SLOW)] : []),
})

const honest = (name: string, change: (image: Sharp) => Sharp, gentle = false): Species => ({
  name: `one woman who turns, ${name}`,
  isAttack: false,
  fps: CAMERA_FPS,
  gentle,
  async videos() {
    if (!canRender('live_turn')) return []
    const frames = await videoFrames('live_turn')
    const changed = await Promise.all(frames.map((frame) => change(sharp(frame)).toBuffer()))
    return [changed.flatMap((frame) => Array.from({ length: SLOW }, () => frame))]
  },
})

const folders = (name: string, ...path: string[]): Species => ({
  name,
  isAttack: true,
  fps: SENDS,
  async videos() {
    const root = faces(...path)
    if (!existsSync(root)) return []
    const names = (await readdir(root)).filter((folder) => folder.startsWith('nuaa'))
    return Promise.all(names.map((folder) => recorded(join(root, folder))))
  },
})

const video = (name: string): Species => ({
  name: `${name} (shared)`,
  isAttack: true,
  fps: 12,
  async videos() {
    const file = faces('video', `${name}.mjpeg`)
    return existsSync(file) ? [await recorded(file)] : []
  },
})

const SPECIES: readonly Species[] = [
  attack('still'),
  attack('planar_photo'),
  attack('planar_turn'),
  attack('turned_relief'),
  attack('frozen_midway'),
  attack('swapped_person'),
  video('attack_still'),
  video('attack_planar_photo'),
  folders('prints held before a camera (NUAA)', 'pad', 'attack_print'),
  folders('people who do not turn (NUAA)', 'pad', 'bonafide'),
  { ...attack('live_turn'), name: 'replay of a video of the person turning, injected' },
  honest('as recorded', (image) => image),
  honest('in a mirror', (image) => image.flop().jpeg({ quality: 85 })),
  honest('darker by half', (image) => image.linear(0.5, 0).jpeg({ quality: 85 })),
  honest('JPEG of quality 40', (image) => image.jpeg({ quality: 40 })),
  honest('gentle', (image) => image, true),
]

const { modelsDirectory: directory } = readConfig(process.env)
const engine = rememberedEngine(await faceEngine({ directory }))
const bar = progress('Attacks', 'species')
try {
  const rows = []
  for (const [done, species] of SPECIES.entries()) {
    bar.show(done, SPECIES.length)
    rows.push(await measured(species))
  }
  bar.stop()
  console.table(Object.fromEntries(rows.map(({ name, ...row }) => [name, row])))
  if (flags.json)
    await writeFile(flags.json, JSON.stringify({ version: engine.version, rows }, null, 2))
} finally {
  await engine.close()
}

async function measured({ name, isAttack, fps, gentle, videos }: Species) {
  const found = new Map<string, number>()
  for (const frames of await videos()) {
    for (let seed = 1; seed <= Number(flags.seeds); seed += 1) {
      const clock = virtualClock()
      const provider = challengeLiveness({ engine, clock, random: seededRandom(seed) })
      const verdict = await played({ provider, frames, clock, fps, sends: SENDS, gentle })
      const result = verdict.kind === 'live' ? 'live' : verdict.reason
      found.set(result, (found.get(result) ?? 0) + 1)
    }
  }
  const streams = [...found.values()].reduce((sum, count) => sum + count, 0)
  const live = found.get('live') ?? 0
  const share =
    streams > 0 ? Math.round((1000 * (isAttack ? live : streams - live)) / streams) / 1000 : '-'
  return {
    name,
    streams,
    passed: live,
    apcer: isAttack ? share : '',
    bpcer: isAttack ? '' : share,
    found: [...found].map(([result, count]) => `${result} ${count}`).join(', '),
  }
}
