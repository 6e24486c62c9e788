import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { challengeLiveness } from '../adapters/face/liveness/index.ts'
import { faceEngine } from '../adapters/face/onnx/engine.ts'
import { readConfig } from '../src/config.ts'
import { jpegsOf } from '../src/cli/mjpeg.ts'
import type { LivenessProvider } from '../src/ports/liveness-provider.ts'
import { SHARED_DATA } from '../test/support/shared-data.ts'
import type { LoadOptions } from './load.ts'

/** One head that turns to the left and to the right and comes back: 24 pictures of the shared video. */
const PICTURES = [
  27, 1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1, 27, 28, 29, 30, 31, 32, 33, 32, 31, 30, 29, 28, 27, 1,
]
/** Frames that a page sends in a second. */
const SENDS = 8

export interface SessionFigures {
  readonly name: string
  readonly sessions: number
  readonly frames_each: number
  readonly sessions_per_s: number
  readonly cpu_s_each: number
  readonly p50_s: number
  readonly p99_s: number
  readonly loop_p99_ms: number
  readonly rss_mb: number
}

/** Whole challenges, one after the other for each of the parallel callers, as quickly as the engine goes. */
export async function livenessSession({ seconds, parallel }: LoadOptions): Promise<SessionFigures> {
  const pictures = await sharedPictures()
  const { modelsDirectory: directory } = readConfig(process.env)
  const engine = await faceEngine({ directory, queue: parallel * 4 })
  try {
    // Models are loaded and code is compiled before anything counts.
    await Promise.all(Array.from({ length: parallel }, (_, i) => session(provided(), pictures, i)))
    return await measured(provided, pictures, { seconds, parallel })
  } finally {
    await engine.close()
  }

  /** Left, then right, without pauses: every session has the same to do. */
  function provided() {
    let now = 0
    const bytes = (length: number) => new Uint8Array(length)
    const random = { bytes, uuid: () => '', digits: () => '' }
    const clock = { now: () => now }
    const provider = challengeLiveness({ engine, clock, random })
    return { provider, later: (ms: number) => void (now += ms) }
  }
}

interface Provided {
  readonly provider: LivenessProvider
  later(ms: number): void
}

async function session({ provider, later }: Provided, pictures: readonly Uint8Array[], n: number) {
  const id = String(n)
  let { isDone } = await provider.begin(id)
  let sent = 0
  for (; !isDone; sent += 1) {
    const image = pictures[sent]
    if (image === undefined) throw new Error('the session did not come to its end')
    later(1000 / SENDS)
    isDone = (await provider.see(id, { sequence: sent, image }))?.isDone ?? true
  }
  const verdict = await provider.conclude(id)
  if (verdict?.kind !== 'live') throw new Error(`not live: ${JSON.stringify(verdict)}`)
  return sent
}

async function measured(
  provided: () => Provided,
  pictures: readonly Uint8Array[],
  { seconds, parallel }: LoadOptions,
): Promise<SessionFigures> {
  const loop = monitorEventLoopDelay({ resolution: 1 })
  const times: number[] = []
  let [rss, frames] = [0, 0]
  loop.enable()
  const [cpu, started] = [process.cpuUsage(), performance.now()]
  await Promise.all(
    Array.from({ length: parallel }, async (_, n) => {
      while (performance.now() < started + seconds * 1000) {
        const begun = performance.now()
        const sent = await session(provided(), pictures, n)
        frames += sent
        times.push((performance.now() - begun) / 1000)
        rss = Math.max(rss, process.memoryUsage.rss())
      }
    }),
  )
  const elapsed = (performance.now() - started) / 1000
  const { user, system } = process.cpuUsage(cpu)
  loop.disable()
  times.sort((one, other) => one - other)
  const at = (q: number) => times[Math.min(times.length - 1, Math.floor(times.length * q))] ?? 0
  return {
    name: 'liveness_session',
    sessions: times.length,
    frames_each: round(frames / times.length),
    sessions_per_s: round(times.length / elapsed),
    cpu_s_each: round((user + system) / 1e6 / times.length),
    p50_s: round(at(0.5)),
    p99_s: round(at(0.99)),
    // The timer itself takes a millisecond.
    loop_p99_ms: round(loop.percentile(99) / 1e6 - 1),
    rss_mb: round(rss / 1024 / 1024),
  }
}

async function sharedPictures(): Promise<readonly Uint8Array[]> {
  const file = join(SHARED_DATA, 'faces/video/live_headturn.mjpeg')
  const frames = jpegsOf(
    await readFile(file).catch(() => {
      throw new Error(`liveness_session plays ${file}, which is not here (PANJEREH_SHARED_DATA)`)
    }),
  )
  return PICTURES.flatMap((one) => frames[one] ?? [])
}

const round = (value: number) => Math.round(value * 1000) / 1000
