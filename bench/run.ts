import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { codeFor } from '../sandbox/citizen.ts'
import { smsInbox } from '../sandbox/sms-inbox/main.ts'
import { registriesOf } from '../sandbox/world.ts'
import { startPostgres } from '../test/support/postgres.ts'
import { startRedis } from '../test/support/redis.ts'
import { freePort } from '../test/support/free-port.ts'
import { benchClients } from './clients.ts'
import { endpointsOf } from './caller.ts'
import { load, type Figures } from './load.ts'
import { IN_PROCESS } from './in-process.ts'
import { growth } from './memory.ts'
import { printed, type PrintedRow } from './print.ts'
import { registryLatency } from './registry.ts'
import { startServer, type ServerProcess } from './process.ts'
import { SCENARIOS, type Typing } from './scenarios.ts'

interface Flags {
  readonly only?: string
  readonly seconds: string
  readonly parallel: string
  readonly stores: string
  readonly signIns?: string
  readonly registrySeconds?: string
  readonly json?: string
}

const flags = new Command('bench')
  .description('Measures the window beside bare oidc-provider (in memory) and raw Koa, in one run.')
  .option(
    '--only <names>',
    `some of: ${Object.keys(SCENARIOS).join(', ')}; or, without a server: ${Object.keys(IN_PROCESS).join(', ')}`,
  )
  .option('--seconds <n>', 'counted seconds a measurement', '5')
  .option('--parallel <n>', 'callers at once', '32')
  .option('--stores <kind>', 'embedded, postgres or redis (PostgreSQL + Redis)', 'embedded')
  .option('--sign-ins <n>', 'instead: the window alone, and its memory over so many sign-ins')
  .option('--registry-seconds <n>', 'instead: level 2 with registries that answer after so long')
  .option('--json <file>', 'write the figures there too')
  .parse()
  .opts<Flags>()

interface Row extends Figures {
  readonly name: string
  /** CPU time an operation, against the baseline of this run. */
  readonly ratio: number
}

const names = flags.only?.split(',') ?? Object.keys(SCENARIOS)
const options = { seconds: Number(flags.seconds), parallel: Number(flags.parallel) }
const closers: (() => Promise<unknown>)[] = []

try {
  const { signIns, registrySeconds } = flags
  const special: readonly PrintedRow[] | undefined = registrySeconds
    ? await slowRegistries(Number(registrySeconds))
    : signIns
      ? await grown(Number(signIns))
      : await withoutServer()
  const rows = special ?? print(await measured())
  for (const row of special ?? []) console.log(printed(row))
  if (flags.json)
    await writeFile(flags.json, JSON.stringify({ stores: flags.stores, rows }, null, 2))
} finally {
  for (const close of closers.reverse()) await close()
}

async function measured(): Promise<Row[]> {
  const rows: Row[] = []
  const [baseline, window] = [await bareProvider(), await theWindow()]
  for (const name of names) {
    const scenario = SCENARIOS[name]
    if (scenario === undefined) throw new Error(`no scenario ${name}`)
    const base = await load(baseline.server, await stage(baseline), scenario, options)
    const ours = await load(window.server, await stage(window), scenario, options)
    rows.push({ name: `${name} (baseline)`, ...base, ratio: 1 })
    rows.push({ name, ...ours, ratio: ours.cpu_ms_per_op / base.cpu_ms_per_op })
    process.stderr.write(
      `${name}: ${(ours.cpu_ms_per_op / base.cpu_ms_per_op).toFixed(2)} × baseline\n`,
    )
  }
  return rows
}

/** Undefined unless nothing else is asked for: a server beside them would take their cores. */
async function withoutServer() {
  const wanted = names.map((name) => IN_PROCESS[name])
  if (wanted.every((run) => run === undefined)) return undefined
  const rows = []
  for (const [at, run] of wanted.entries()) {
    if (run === undefined) throw new Error(`${names[at]} needs a server: measure it in another run`)
    rows.push(await run(options))
  }
  return rows
}

async function grown(operations: number) {
  const window = await theWindow()
  const { otp_sign_in: signIn } = SCENARIOS
  if (signIn === undefined) throw new Error('no scenario otp_sign_in')
  const { parallel } = options
  return growth(window.server, await stage(window), signIn, { operations, parallel })
}

/** The registries are a process of their own, as they are in the world. */
async function slowRegistries(slowSeconds: number) {
  const port = await freePort()
  const url = `http://localhost:${port}`
  const env = { REGISTRIES_PORT: String(port) }
  const registries = await startServer(['sandbox/registries/main.ts'], url, env, '/calls')
  closers.push(() => registries.stop())
  const window = await theWindow({ PANJEREH_REGISTRIES: JSON.stringify(registriesOf(url)) })
  return registryLatency(window.server, await stage(window), url, { ...options, slowSeconds })
}

interface Side {
  readonly server: ServerProcess
  readonly typing: Typing
}

async function stage({ server, typing }: Side) {
  return { at: await endpointsOf(server.url), typing }
}

async function bareProvider(): Promise<Side> {
  const port = await freePort()
  const server = await startServer(
    ['bench/servers/bare-provider.ts', String(port)],
    `http://localhost:${port}`,
  )
  closers.push(() => server.stop())
  return {
    server,
    typing: (mobile) => async (field) =>
      field === 'login' ? mobile : field === 'password' ? 'x' : undefined,
  }
}

async function theWindow(env: Readonly<Record<string, string>> = {}): Promise<Side> {
  const [port, inbox] = [await freePort(), await smsInbox({ port: 0 })]
  const dataDir = await mkdtemp(join(tmpdir(), 'panjereh-bench-'))
  closers.push(
    () => rm(dataDir, { recursive: true, force: true }),
    () => inbox.close(),
  )
  const clients = join(dataDir, 'clients.json')
  await writeFile(clients, JSON.stringify(benchClients()))
  const server = await startServer(
    // As `bin/panjereh` starts it.
    ['--max-semi-space-size=16', '--heap-growing-percent=100', 'bench/servers/window.ts', clients],
    `http://localhost:${port}`,
    {
      ...(await stores(flags.stores)),
      NODE_COMPILE_CACHE: join(import.meta.dirname, '../node_modules/.cache/panjereh'),
      PANJEREH_ISSUER: `http://localhost:${port}`,
      PANJEREH_PORT: String(port),
      PANJEREH_DATA_DIR: dataDir,
      PANJEREH_DEMO: 'false',
      PANJEREH_LOG_LEVEL: 'error',
      PANJEREH_TRUSTED_PROXIES: '1',
      PANJEREH_OTP_SENDS_PER_MINUTE_OVERALL: '1000000',
      PANJEREH_SMS_GATEWAYS: JSON.stringify([
        { kind: 'kavenegar', apiKey: 'bench', template: 'code', baseUrl: inbox.url },
      ]),
      ...env,
    },
  )
  closers.push(() => server.stop())
  return { server, typing: (mobile) => async (field) => typed(field, mobile, inbox.url) }
}

async function typed(field: string, mobile: string, inboxUrl: string): Promise<string | undefined> {
  if (field === 'mobile') return mobile
  return field === 'code' ? codeFor(inboxUrl, mobile, new Date(0)) : undefined
}

async function stores(kind: string): Promise<Record<string, string>> {
  if (kind === 'embedded') return {}
  const postgres = await startPostgres()
  if (postgres === undefined) throw new Error('PostgreSQL is not installed')
  closers.push(() => postgres.stop())
  if (kind === 'postgres') return { PANJEREH_DATABASE_URL: postgres.url }
  const redis = await startRedis()
  if (redis === undefined) throw new Error('Redis is not installed')
  closers.push(() => redis.stop())
  return { PANJEREH_DATABASE_URL: postgres.url, PANJEREH_REDIS_URL: redis.url }
}

function print(rows: readonly Row[]): readonly Row[] {
  console.log(`stores: ${flags.stores}; ${options.parallel} callers; ${options.seconds} s each`)
  console.table(
    Object.fromEntries(
      rows.map(({ name, ...figures }) => [
        name,
        { ...figures, ratio: Number(figures.ratio.toFixed(2)) },
      ]),
    ),
  )
  return rows
}
