import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { freePort } from '../support/free-port.ts'
import { startPostgres, type RunningServer } from '../support/postgres.ts'
import { startRedis } from '../support/redis.ts'
import { requires } from '../support/skips.ts'
import { run, temporaryDirectory, type Variables } from './command.ts'

const KEY = '0123456789abcdef'.repeat(4)
const OTHER_KEY = 'fedcba9876543210'.repeat(4)

describe('the doctor', () => {
  const data = temporaryDirectory()
  let variables: Record<string, string>

  beforeAll(async () => {
    variables = {
      PANJEREH_DATA_DIR: join(data.path, 'window'),
      PANJEREH_ISSUER: `http://localhost:${await freePort()}`,
      PANJEREH_MASTER_KEY: KEY,
    }
  })
  afterAll(() => data.remove())

  async function doctor(more: Variables = {}) {
    const { code, out } = await run(['doctor'], { ...variables, ...more })
    return { code, out, fails: out.split('\n').filter((line) => line.startsWith('fail')) }
  }

  it('makes nothing where nothing is yet, and says what will be made', async () => {
    const { code, out } = await doctor()
    expect(out).toMatch(/^warn +no key file .* yet: the first start makes it$/m)
    expect(out).toMatch(/^warn +no database .* yet: the first start makes it$/m)
    expect(out).toMatch(/^warn +no SMS gateway/m)
    expect(code).toBe(0)
    expect(existsSync(variables['PANJEREH_DATA_DIR'] ?? '')).toBe(false)
  })

  it('finds a window that was opened once in order', async () => {
    expect((await run(['migrate'], variables)).code).toBe(0)
    const { code, out } = await doctor()
    expect(out).toMatch(/^ok +.*keys\.json is its owner's alone$/m)
    expect(out).toMatch(/^ok +the key file opens/m)
    expect(out).toMatch(/^ok +the database \(embedded\) answers and is up to date$/m)
    expect(code).toBe(0)
  })

  it('fails with another master key, and all the same looks at the rest', async () => {
    const { code, out, fails } = await doctor({
      PANJEREH_MASTER_KEY: OTHER_KEY,
      PANJEREH_REDIS_URL: `redis://127.0.0.1:${await freePort()}`,
    })
    expect(fails).toHaveLength(2)
    expect(fails[0]).toContain('keys.json')
    expect(fails[1]).toContain('Redis does not answer')
    expect(out).toMatch(/^ok +the database/m)
    expect(code).toBe(1)
  })

  it('fails when the master key that was beside the data is gone, and makes no new one', async () => {
    const directory = join(data.path, 'own')
    const own = { ...variables, PANJEREH_DATA_DIR: directory, PANJEREH_MASTER_KEY: '' }
    expect((await run(['keys', 'create'], own)).code).toBe(0)
    rmSync(join(directory, 'master.key'))
    const { code, fails } = await doctor(own)
    expect(fails.join()).toContain('no master key')
    expect(readdirSync(directory)).toEqual(['keys.json'])
    expect(code).toBe(1)
  })

  it('fails when others can read the keys', async () => {
    const file = join(variables['PANJEREH_DATA_DIR'] ?? '', 'keys.json')
    chmodSync(file, 0o644)
    const { code, fails } = await doctor()
    chmodSync(file, 0o600)
    expect(fails).toEqual([expect.stringContaining(`chmod 600 ${file}`)])
    expect(code).toBe(1)
  })

  it('fails when PostgreSQL is away', async () => {
    const port = await freePort()
    const { code, fails } = await doctor({
      PANJEREH_DATABASE_URL: `postgres://somebody:a-password@127.0.0.1:${port}/panjereh`,
    })
    expect(fails).toHaveLength(1)
    expect(fails[0]).not.toContain('a-password')
    expect(code).toBe(1)
  })

  it('fails when somebody else answers at the issuer', async () => {
    const somebody = createServer((_, response) => response.end('{"issuer":"https://other.ir"}'))
    await once(somebody.listen(0, '127.0.0.1'), 'listening')
    const { port } = somebody.address() as { port: number }
    const { code, fails } = await doctor({ PANJEREH_ISSUER: `http://localhost:${port}` })
    somebody.close()
    expect(fails).toEqual([expect.stringContaining('not as this issuer: look at the proxy')])
    expect(code).toBe(1)
  })

  it('looks at the certificate: whose it is, for which host, and until when', async () => {
    const [cert, key, otherKey] = ['cert', 'key', 'other'].map((name) =>
      join(data.path, `${name}.pem`),
    )
    const issue = (days: string) =>
      execFileSync(
        'openssl',
        [
          ...['req', '-x509', '-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
          ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-days', days],
          ...['-keyout', key ?? '', '-out', cert ?? ''],
        ],
        { stdio: 'ignore' },
      )
    execFileSync('openssl', [
      'ecparam',
      '-name',
      'prime256v1',
      '-genkey',
      '-noout',
      '-out',
      otherKey ?? '',
    ])
    const tls = { PANJEREH_TLS_CERT_FILE: cert ?? '', PANJEREH_TLS_KEY_FILE: key ?? '' }

    issue('90')
    expect((await doctor(tls)).out).toMatch(/^ok +.*cert\.pem is good until/m)
    issue('5')
    expect((await doctor(tls)).out).toMatch(/^warn +.*cert\.pem is good until/m)
    const wrong = await doctor({
      ...tls,
      PANJEREH_TLS_KEY_FILE: otherKey ?? '',
      PANJEREH_ISSUER: 'http://127.0.0.1:1',
    })
    expect(wrong.fails.join('\n')).toContain('is not the key of')
    expect(wrong.fails.join('\n')).toContain('is not for 127.0.0.1')
    expect(wrong.code).toBe(1)
  })

  requires('postgresql', 'redis')('with PostgreSQL and Redis', () => {
    let servers: RunningServer[]
    let stores: Variables

    beforeAll(async () => {
      const [postgres, redis] = await Promise.all([startPostgres(), startRedis()])
      if (!postgres || !redis) throw new Error('no servers')
      servers = [postgres, redis]
      stores = { PANJEREH_DATABASE_URL: postgres.url, PANJEREH_REDIS_URL: redis.url }
    })
    afterAll(() => Promise.all(servers.map((server) => server.stop())))

    it('says that migrations are to be run, and does not run them', async () => {
      for (const _ of [1, 2]) {
        expect((await doctor(stores)).out).toMatch(
          /^warn +the database .*; \d+ migrations are to be run/m,
        )
      }
      await run(['migrate'], { ...variables, ...stores })
      const { code, out } = await doctor(stores)
      expect(out).toMatch(/^ok +the database \(postgres\) answers and is up to date$/m)
      expect(out).toMatch(/^ok +Redis answers$/m)
      expect(code).toBe(0)
    })

    it('fails on tables of a newer version', async () => {
      const { default: pg } = await import('pg')
      const database = new pg.Client({ connectionString: stores['PANJEREH_DATABASE_URL'] })
      await database.connect()
      await database.query("INSERT INTO knex_migrations (name, batch) VALUES ('20990101_newer', 9)")
      await database.end()
      const { code, fails } = await doctor(stores)
      expect(fails).toEqual([expect.stringContaining('of a newer version: 20990101_newer')])
      expect(code).toBe(1)
    })
  })
})
