import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { freePort } from './free-port.ts'

export interface RunningServer {
  readonly url: string
  stop(): Promise<void>
}

const DEBIAN = '/usr/lib/postgresql'

/** A PostgreSQL of one's own in a temporary directory; undefined where none is installed. */
export async function startPostgres(): Promise<RunningServer | undefined> {
  const bin = binaries()
  if (bin === undefined) return undefined
  const dir = mkdtempSync(join(tmpdir(), 'panjereh-postgres-'))
  const as = asPostgres(dir)
  run(as, join(bin, 'initdb'), [
    '-D',
    dir,
    '-U',
    'postgres',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--no-sync',
  ])
  const port = await freePort()
  const flags = { port, listen_addresses: '127.0.0.1', unix_socket_directories: '', fsync: 'off' }
  const settings = Object.entries({ ...flags, max_connections: 100 }).flatMap(([k, v]) => [
    '-c',
    `${k}=${v}`,
  ])
  const [program = '', ...args] = [...as, join(bin, 'postgres'), '-D', dir, ...settings]
  const child = spawn(program, args, { stdio: 'ignore' })
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  await untilAnswering(url)
  return {
    url,
    async stop() {
      const gone = once(child, 'exit')
      child.kill('SIGINT')
      await gone
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

function binaries(): string | undefined {
  if (!existsSync(DEBIAN)) return undefined
  const versions = readdirSync(DEBIAN).sort((one, other) => Number(other) - Number(one))
  return versions
    .map((version) => join(DEBIAN, version, 'bin'))
    .find((dir) => existsSync(join(dir, 'initdb')))
}

/** PostgreSQL refuses to run as root: there, it runs as Debian's own user of it. */
function asPostgres(dir: string): readonly string[] {
  if (process.getuid?.() !== 0) return []
  const id = (flag: string) =>
    Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout)
  chownSync(dir, id('-u'), id('-g'))
  return ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', '--']
}

function run(as: readonly string[], program: string, args: readonly string[]): void {
  const [first = '', ...rest] = [...as, program, ...args]
  const { status, stderr } = spawnSync(first, rest, { encoding: 'utf8', cwd: tmpdir() })
  if (status !== 0) throw new Error(`${program}: ${stderr}`)
}

async function untilAnswering(url: string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const client = new pg.Client({ connectionString: url })
    try {
      await client.connect()
      return await client.end()
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  throw new Error('PostgreSQL did not start')
}
