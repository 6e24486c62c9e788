import { monitorEventLoopDelay } from 'node:perf_hooks'
import sharp from 'sharp'
import { decoded } from '../adapters/face/onnx/door.ts'
import { faceEngine } from '../adapters/face/onnx/engine.ts'
import { cut, modelsDirectory, type Head } from '../test/support/sample-faces.ts'
import type { LoadOptions } from './load.ts'

/** As a page sends them. */
const [WIDTH, HEIGHT] = [640, 480]
const HEADS: readonly Head[] = ['ann', 'bea', 'cyd', 'dan', 'eve']

export interface FrameFigures {
  readonly name: string
  readonly frames: number
  readonly frames_per_s: number
  readonly cpu_ms_each: number
  /** The baseline of the same run: libvips decodes the same pictures, and nothing else. */
  readonly decode_cpu_ms: number
  readonly ratio: number
  readonly p50_ms: number
  readonly p99_ms: number
  readonly loop_p99_ms: number
  readonly rss_mb: number
}

/** Detection, landmarks, passive detection and embedding of one frame after the other, by four callers. */
export async function faceFrame({ seconds }: LoadOptions): Promise<FrameFigures> {
  const pictures = await Promise.all(HEADS.map(frameOf))
  const engine = await faceEngine({ directory: modelsDirectory() })
  try {
    const look = async (image: Uint8Array) => {
      const seen = await engine.look(image, { embedding: true, attack: true })
      if (seen.kind !== 'seen' || !seen.faces[0]?.embedding) throw new Error('no face was seen')
    }
    // Models are loaded and code is compiled before anything counts.
    await Promise.all([...pictures, ...pictures].map(look))
    const full = await driven(pictures, look, seconds)
    const bare = await driven(
      pictures,
      async (image) => {
        await decoded(image)
      },
      seconds / 4,
    )
    return {
      name: 'face_frame',
      frames: full.count,
      frames_per_s: round(full.count / full.elapsed),
      cpu_ms_each: round(full.cpuMs),
      decode_cpu_ms: round(bare.cpuMs),
      ratio: round(full.cpuMs / bare.cpuMs),
      p50_ms: round(full.at(0.5)),
      p99_ms: round(full.at(0.99)),
      loop_p99_ms: round(full.loopP99),
      rss_mb: round(full.rss / 1024 / 1024),
    }
  } finally {
    await engine.close()
  }
}

/** A head in a frame of a camera, as JPEG. */
async function frameOf(name: Head): Promise<Buffer> {
  const portrait = await cut(name).resize(HEIGHT, HEIGHT).toBuffer()
  return sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: '#997' } })
    .composite([{ input: portrait, left: (WIDTH - HEIGHT) / 2, top: 0 }])
    .jpeg({ quality: 85 })
    .toBuffer()
}

async function driven(
  pictures: readonly Uint8Array[],
  act: (image: Uint8Array) => Promise<void>,
  seconds: number,
) {
  const loop = monitorEventLoopDelay({ resolution: 1 })
  const times: number[] = []
  let [rss, next] = [0, 0]
  loop.enable()
  const [cpu, started] = [process.cpuUsage(), performance.now()]
  async function caller(): Promise<void> {
    while (performance.now() < started + seconds * 1000) {
      const begun = performance.now()
      await act(pictures[(next += 1) % pictures.length] ?? new Uint8Array())
      times.push(performance.now() - begun)
      rss = Math.max(rss, process.memoryUsage.rss())
    }
  }
  await Promise.all(Array.from({ length: 4 }, caller))
  const elapsed = (performance.now() - started) / 1000
  const { user, system } = process.cpuUsage(cpu)
  loop.disable()
  times.sort((one, other) => one - other)
  return {
    count: times.length,
    elapsed,
    cpuMs: (user + system) / 1000 / times.length,
    at: (q: number) => times[Math.min(times.length - 1, Math.floor(times.length * q))] ?? 0,
    // The timer itself takes a millisecond.
    loopP99: loop.percentile(99) / 1e6 - 1,
    rss,
  }
}

const round = (value: number) => Math.round(value * 100) / 100
