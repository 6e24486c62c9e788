import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const ROOT = join(import.meta.dirname, '..')
const READY_WITHIN = 60_000
const STOP_WITHIN = 15_000

export interface WindowOptions {
  readonly issuer: string
  readonly dataDir: string
  readonly agencyUrl: string
  readonly bankUrl: string
  /** The value of PANJEREH_SMS_GATEWAYS. */
  readonly gateways: readonly Readonly<Record<string, unknown>>[]
  /** The value of PANJEREH_REGISTRIES. */
  readonly registries?: Readonly<Record<string, unknown>>
  /** What the window writes, a piece at a time. */
  readonly log: (text: string) => void
  readonly env?: Readonly<Record<string, string>>
}

export interface WindowProcess {
  /** Resolves when the process is gone, for whatever reason. */
  readonly gone: Promise<string>
  stop(): Promise<void>
}

/** Starts the window as its operator would and waits until it says that it is ready. */
export async function startWindow(options: WindowOptions): Promise<WindowProcess> {
  const { issuer, dataDir, gateways, registries = {}, log } = options
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const child = spawn(
    process.execPath,
    [
      '--no-warnings',
      '--max-semi-space-size=16',
      '--heap-growing-percent=100',
      'src/cli.ts',
      'serve',
    ],
    {
      cwd: ROOT,
      env: {
        NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.cache/panjereh'),
        ...process.env,
        PANJEREH_ISSUER: issuer,
        PANJEREH_PORT: new URL(issuer).port,
        PANJEREH_DATA_DIR: dataDir,
        PANJEREH_SMS_GATEWAYS: JSON.stringify(gateways),
        PANJEREH_REGISTRIES: JSON.stringify(registries),
        PANJEREH_DEMO: 'true',
        PANJEREH_DEMO_AGENCY_URL: options.agencyUrl,
        PANJEREH_DEMO_BANK_URL: options.bankUrl,
        ...options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A terminal sends Ctrl+C to the whole group; the window is told once, by us.
      detached: true,
    },
  )
  child.stdout.setEncoding('utf8').on('data', log)
  child.stderr.setEncoding('utf8').on('data', log)
  const gone = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    await Promise.race([exited, pause(STOP_WITHIN, undefined, { ref: false })])
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
  }
  const waiting = new AbortController()
  const died = await Promise.race([gone, untilReady(issuer, waiting.signal)])
  waiting.abort()
  if (died !== undefined) {
    await stop()
    throw new Error(`the window did not start: ${died}`)
  }
  return { gone, stop }
}

/** Undefined when it is ready, else why not. */
async function untilReady(issuer: string, given: AbortSignal): Promise<string | undefined> {
  const until = Date.now() + READY_WITHIN
  while (Date.now() < until && !given.aborted) {
    const answer = await fetch(`${issuer}/health/ready`).catch(() => undefined)
    await answer?.body?.cancel()
    if (answer?.ok) return undefined
    await pause(50)
  }
  return `not ready after ${READY_WITHIN / 1000} s`
}
