import type { ServerProcess } from './process.ts'
import type { Scenario, Stage } from './scenarios.ts'

export interface Figures {
  readonly rate_per_s: number
  readonly p50_ms: number
  readonly p99_ms: number
  readonly cpu_ms_per_op: number
  readonly rss_mb: number
}

export interface LoadOptions {
  readonly seconds: number
  readonly parallel: number
}

/** Runs one scenario against one server: a short warm-up, then the counted time. */
export async function load(
  server: ServerProcess,
  stage: Stage,
  scenario: Scenario,
  { seconds, parallel }: LoadOptions,
): Promise<Figures> {
  const operations = await Promise.all(Array.from({ length: parallel }, () => scenario(stage)))
  await run(operations, Math.min(2, seconds))
  const before = await server.usage()
  const started = performance.now()
  const times = await run(operations, seconds)
  const elapsed = performance.now() - started
  const after = await server.usage()
  times.sort((one, other) => one - other)
  return {
    rate_per_s: round((times.length * 1000) / elapsed),
    p50_ms: round(quantile(times, 0.5)),
    p99_ms: round(quantile(times, 0.99)),
    cpu_ms_per_op: round((after.cpuMs - before.cpuMs) / times.length),
    rss_mb: round(after.rssMb),
  }
}

async function run(
  operations: readonly (() => Promise<void>)[],
  seconds: number,
): Promise<number[]> {
  const until = performance.now() + seconds * 1000
  const times: number[] = []
  await Promise.all(
    operations.map(async (operation) => {
      while (performance.now() < until) {
        const start = performance.now()
        await operation()
        times.push(performance.now() - start)
      }
    }),
  )
  return times
}

const quantile = (sorted: readonly number[], q: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0
const round = (value: number) => Math.round(value * 1000) / 1000
