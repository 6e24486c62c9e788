import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const ROOT = join(import.meta.dirname, '..')
/** Linux counts CPU time in ticks of 1/100 s. */
const TICKS_PER_SECOND = 100

export interface Measured {
  readonly cpuMs: number
  readonly rssMb: number
}

export interface ServerProcess {
  readonly url: string
  usage(): Promise<Measured>
  stop(): Promise<void>
}

/** Starts a server as a process of its own, so that its CPU time is its own; it is there once it answers at
 *  `probe`. */
export async function startServer(
  args: readonly string[],
  url: string,
  env: Readonly<Record<string, string>> = {},
  probe = '/.well-known/openid-configuration',
): Promise<ServerProcess> {
  const child = spawn(process.execPath, ['--no-warnings', ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  await untilAnswering(`${url}${probe}`, child)
  return {
    url,
    usage: () => usageOf(child.pid ?? 0),
    async stop() {
      if (child.exitCode !== null) return
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), 15_000)
      await gone
      clearTimeout(timer)
    },
  }
}

async function untilAnswering(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (child.exitCode !== null)
      throw new Error(`the server at ${url} ended with ${child.exitCode}`)
    const answer = await fetch(url).catch(() => undefined)
    await answer?.body?.cancel()
    if (answer?.ok) return
    await pause(100)
  }
  throw new Error(`nothing answers at ${url}`)
}

async function usageOf(pid: number): Promise<Measured> {
  const [stat, status] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8'),
    readFile(`/proc/${pid}/status`, 'utf8'),
  ])
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = Number(fields[11]) + Number(fields[12])
  const rssKb = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0)
  return { cpuMs: (ticks * 1000) / TICKS_PER_SECOND, rssMb: rssKb / 1024 }
}
