import { sandboxSigning } from '../../test/signing/support/sandbox-signing.ts'
import type { PadesProfile } from '../../src/signing/pades/options.ts'
import { SIDES } from '../pades-sides.ts'

// One side in a process of its own, so that its time and its memory are its own.
const [name = '', profile = 'B-B', file = '', url = '', seconds = '5', parallel = '1'] =
  process.argv.slice(2)
const load = SIDES[name]
if (load === undefined) throw new Error(`no side ${name}`)
const side = await load()

const sandbox = await sandboxSigning(url)
const signer = await sandbox.signer('P-256')
const once = () => side({ sandbox, signer }, file, profile as PadesProfile)

async function during(ms: number): Promise<number[]> {
  const times: number[] = []
  const end = performance.now() + ms
  await Promise.all(
    Array.from({ length: Number(parallel) }, async () => {
      while (performance.now() < end) {
        const begun = performance.now()
        await once()
        times.push(performance.now() - begun)
      }
    }),
  )
  return times
}

// Code is compiled and answers are remembered before anything counts.
await during(Math.min(2_000, Number(seconds) * 500))
const [cpu, began] = [process.cpuUsage(), performance.now()]
const times = (await during(Number(seconds) * 1000)).sort((one, other) => one - other)
const elapsed = (performance.now() - began) / 1000
const { user, system } = process.cpuUsage(cpu)
const cpuSeconds = (user + system) / 1e6
const round = (value: number) => Math.round(value * 100) / 100

console.log(
  JSON.stringify({
    per_s: round(times.length / elapsed),
    per_cpu_s: round(times.length / cpuSeconds),
    cpu_ms: round((cpuSeconds * 1000) / times.length),
    p50_ms: round(times[times.length >> 1] ?? 0),
    rss_mb: round(process.resourceUsage().maxRSS / 1024),
  }),
)
process.exit(0)
