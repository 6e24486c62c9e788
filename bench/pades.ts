import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { PadesProfile } from '../src/signing/pades/options.ts'
import { freePort } from '../test/support/free-port.ts'
import { minimalPdf, streamOf } from '../test/signing/support/minimal-pdf.ts'
import type { LoadOptions } from './load.ts'
import { PEERS } from './pades-sides.ts'
import { startServer } from './process.ts'

const run = promisify(execFile)

interface Figures {
  readonly per_s: number
  /** Signatures in a second of CPU time: what one core does. */
  readonly per_cpu_s: number
  readonly cpu_ms: number
  readonly p50_ms: number
  readonly rss_mb: number
}

export interface PadesRow {
  readonly name: string
  readonly [figure: string]: string | number
}

const MEGABYTE = 1024 * 1024
/** The time and revocation of an authority cost something on a machine where they share its cores. */
const AT_ONCE = { 'B-B': 1, 'B-T': 4, 'B-LT': 4, 'B-LTA': 4 } as const

export const padesScenario =
  (name: string, profile: PadesProfile, megabytes: number, atOnce: number = AT_ONCE[profile]) =>
  async ({ seconds }: LoadOptions): Promise<PadesRow> => {
    const folder = await mkdtemp(join(tmpdir(), 'panjereh-bench-'))
    const port = await freePort()
    const authority = await startServer(
      ['sandbox/pki/main.ts', '--port', String(port)],
      `http://localhost:${port}`,
      {},
      '/trust.pem',
    )
    try {
      const file = join(folder, 'document.pdf')
      await writeFile(file, documentOf(megabytes))
      const ours = await measured('ours', profile, file, authority.url, seconds, atOnce)
      const peers = await eachOf(PEERS[profile], (peer) =>
        measured(peer, profile, file, authority.url, seconds, Math.min(atOnce, 2)),
      )
      return { name, ...ours, ...compared(ours, peers) }
    } finally {
      await authority.stop()
      await rm(folder, { recursive: true, force: true })
    }
  }

/** Eight pages and two hundred other objects. */
function documentOf(megabytes: number): Buffer {
  const parts = 200
  const size = Math.floor((megabytes * MEGABYTE) / parts)
  const objects = Array.from({ length: parts }, (_, at) =>
    streamOf('', `${at} `.repeat(size / 2).slice(0, size)),
  )
  return minimalPdf({ pages: 8, objects })
}

async function measured(
  side: string,
  profile: PadesProfile,
  file: string,
  url: string,
  seconds: number,
  atOnce: number,
): Promise<Figures> {
  const script = join(import.meta.dirname, 'servers/pades-side.ts')
  const args = ['--no-warnings', script, side, profile, file, url, String(seconds), String(atOnce)]
  const { stdout } = await run(process.execPath, args)
  return JSON.parse(stdout) as Figures
}

async function eachOf(
  names: readonly string[],
  measure: (name: string) => Promise<Figures>,
): Promise<readonly (readonly [string, Figures])[]> {
  const found: [string, Figures][] = []
  for (const name of names) found.push([name, await measure(name)])
  return found
}

function compared(ours: Figures, peers: readonly (readonly [string, Figures])[]) {
  return Object.fromEntries(
    peers.flatMap(([peer, figures]) => [
      [`${peer}_per_cpu_s`, figures.per_cpu_s],
      [`${peer}_rss_mb`, figures.rss_mb],
      [`times_${peer}`, Math.round((ours.per_cpu_s / figures.per_cpu_s) * 100) / 100],
    ]),
  )
}
