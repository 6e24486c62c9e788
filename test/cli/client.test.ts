import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startPostgres, type RunningServer } from '../support/postgres.ts'
import { isHere } from '../support/skips.ts'
import { run, temporaryDirectory, type Finished } from './command.ts'

const CALLBACK = 'https://deeds.example.ir/callback'

/** On PostgreSQL where there is one, since every command opens the database anew. */
describe('the commands of clients, events and keys', () => {
  const data = temporaryDirectory()
  let postgres: RunningServer | undefined
  let variables: Record<string, string>

  beforeAll(async () => {
    postgres = isHere('postgresql') ? await startPostgres() : undefined
    variables = {
      PANJEREH_DATA_DIR: data.path,
      ...(postgres ? { PANJEREH_DATABASE_URL: postgres.url } : {}),
    }
  })
  afterAll(async () => {
    await postgres?.stop()
    data.remove()
  })

  const panjereh = (...args: readonly string[]) => run(args, variables)
  const client = (...args: readonly string[]) => panjereh('client', ...args)
  const secretIn = ({ out }: Finished) => /client_secret .*: (\S+)/.exec(out)?.[1]

  async function shown(clientId: string): Promise<Record<string, unknown>> {
    const { out } = await client('show', clientId)
    return JSON.parse(out) as Record<string, unknown>
  }

  async function events(...args: readonly string[]) {
    const { out } = await panjereh('events', '--json', ...args)
    const lines = out.split('\n').filter((line) => line !== '')
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  }

  it('adds a service, says its secret once, and shows it without', async () => {
    const added = await client('add', 'deeds', '--name', 'Deeds', '--redirect-uri', CALLBACK)
    expect(added.out).toContain('deeds is added.')
    expect(secretIn(added)).toMatch(/^[\w-]{43}$/)
    expect(added.code).toBe(0)
    const deeds = await shown('deeds')
    expect(deeds).toMatchObject({
      client_name: 'Deeds',
      redirect_uris: [CALLBACK],
      has_secret: true,
    })
    expect(deeds).not.toHaveProperty('client_secret')
    expect((await client('list')).out).toBe('deeds\tDeeds\n')
  })

  it('does not replace one by a slip of the pen', async () => {
    const again = await client('add', 'deeds', '--redirect-uri', CALLBACK)
    expect(again.err).toContain('There is a client deeds already')
    expect(again.code).toBe(2)
    expect(await shown('deeds')).toHaveProperty('client_name', 'Deeds')
  })

  it('changes what is said and keeps the rest, the secret too', async () => {
    const changed = await client('change', 'deeds', '--first-party', '--role', 'auditor')
    expect(changed).toMatchObject({ out: 'deeds is changed.\n', code: 0 })
    expect(await shown('deeds')).toMatchObject({
      client_name: 'Deeds',
      panjereh_first_party: true,
      panjereh_role: 'auditor',
    })
    await client('change', 'deeds', '--no-first-party')
    expect(await shown('deeds')).toHaveProperty('panjereh_first_party', false)
  })

  it('makes a new secret', async () => {
    const one = secretIn(await client('secret', 'deeds'))
    const other = secretIn(await client('secret', 'deeds'))
    expect(one).toMatch(/^[\w-]{43}$/)
    expect(other).not.toBe(one)
  })

  it('keeps nothing that the window would refuse', async () => {
    const refused = await client('add', 'two-hosts', '--redirect-uri', CALLBACK, 'https://b.ir/cb')
    expect(refused.err).toContain('sector_identifier_uri')
    expect(refused.code).toBe(2)
    const file = join(data.path, 'client.json')
    writeFileSync(file, JSON.stringify({ token_endpoint_auth_method: 'private_key_jwt' }))
    const keyless = await client('add', 'keyless', '--file', file, '--redirect-uri', CALLBACK)
    expect(keyless.err).toContain('jwks')
    expect((await client('list')).out).toBe('deeds\tDeeds\n')
  })

  it('keeps a picture, and nothing that is none', async () => {
    const file = (content: string | Buffer) => {
      const path = join(data.path, 'logo.png')
      writeFileSync(path, content)
      return path
    }
    const png = Buffer.from('89504e470d0a1a0a', 'hex')
    expect((await client('logo', 'deeds', '--file', file(png))).out).toBe('deeds has a logo now.\n')
    const svg = await client('logo', 'deeds', '--file', file('<svg xmlns="x"/>'))
    expect(svg.err).toContain('a PNG, JPEG or WebP')
    expect(svg.code).toBe(2)
    expect((await client('logo', 'deeds')).err).toContain('no logo_uri')
  })

  it('invites others to register themselves', async () => {
    const { out, code } = await client('invite', '--days', '1')
    expect(out.trim()).toMatch(/^[\w-]{43}$/)
    expect(code).toBe(0)
  })

  it('removes', async () => {
    await client('add', 'machine', '--role', 'resource_server')
    expect(await shown('machine')).toMatchObject({ grant_types: ['client_credentials'] })
    expect(await client('remove', 'machine')).toMatchObject({
      out: 'machine is removed.\n',
      code: 0,
    })
    const again = await client('remove', 'machine')
    expect(again.err).toContain('No client machine')
    expect(again.code).toBe(2)
  })

  it('rotates keys and lists them', async () => {
    const signing = async () => {
      const { out } = await panjereh('keys', 'list', '--json')
      const keys = out.trim().split('\n')
      return keys
        .map((line) => JSON.parse(line) as Record<string, string>)
        .filter(({ kind, id }) => kind === 'signing' && id?.startsWith('es256'))
    }
    const id = (keys: Awaited<ReturnType<typeof signing>>, state: string) =>
      keys.find((key) => key['state'] === state)?.['id']
    const before = await signing()
    expect((await panjereh('keys', 'rotate', 'signing')).out).toContain('are rotated')
    const after = await signing()
    expect(id(after, 'current')).toBe(id(before, 'next'))
    expect(id(after, 'retired')).toBe(id(before, 'current'))
    expect(id(after, 'next')).not.toBe(id(before, 'next'))
  })

  it('tells of all this to auditors: by kind, client, time and page', async () => {
    const all = (await events()).filter(({ type }) => type !== 'key.created')
    expect(all.map(({ type }) => type)).toEqual([
      'client.registered',
      ...Array.from({ length: 5 }, () => 'client.changed'),
      'client.registered',
      'client.removed',
      'key.rotated',
    ])
    expect(all[0]).toMatchObject({ clientId: 'deeds', actor: 'operator' })
    expect(await events('--type', 'client.removed')).toEqual([all[7]])
    expect(await events('--client', 'machine')).toEqual([all[6], all[7]])
    const [, second] = all
    const page = await events('--after', String(second?.['id']), '--limit', '2')
    expect(page).toEqual([all[2], all[3]])
    const at = new Date(Number(all[8]?.['at'])).toISOString()
    expect(await events('--since', at)).toEqual([all[8]])
    expect(await events('--until', '2020-01-01T00:00:00Z')).toEqual([])
  })

  it('prints events for people, a line each', async () => {
    const { out } = await panjereh('events', '--type', 'key.rotated')
    expect(out).toMatch(/^\d+ {2}\d{4}-\d\d-\d\dT\S+Z {2}key\.rotated +subject=- +client=- .*\n$/)
  })

  it('migrates, and again without harm', async () => {
    for (const _ of [1, 2]) {
      expect(await panjereh('migrate')).toMatchObject({
        out: 'The database is up to date.\n',
        code: 0,
      })
    }
  })
})
