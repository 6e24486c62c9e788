import { X509Certificate } from 'node:crypto'
import { readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { signingOf } from '../../sandbox/world.ts'
import { startPostgres, type RunningServer } from '../support/postgres.ts'
import { sandboxPki } from '../support/sandbox-pki.ts'
import { isHere } from '../support/skips.ts'
import { run, temporaryDirectory } from './command.ts'

const NAME = 'سازمان نمونه'
const SIGNING = JSON.stringify({
  keys: { kind: 'software' },
  authority: { kind: 'development' },
  timestamps: { authorities: [{ url: 'http://localhost:1/tsa' }] },
})

describe('the commands of seals', () => {
  const data = temporaryDirectory()
  let postgres: RunningServer | undefined
  let variables: Record<string, string>
  let first = ''

  beforeAll(async () => {
    postgres = isHere('postgresql') ? await startPostgres() : undefined
    variables = {
      PANJEREH_DATA_DIR: data.path,
      PANJEREH_SIGNING: SIGNING,
      ...(postgres ? { PANJEREH_DATABASE_URL: postgres.url } : {}),
    }
    await run(['client', 'add', 'deeds', '--redirect-uri', 'https://deeds.example/c'], variables)
  })
  afterAll(async () => {
    await postgres?.stop()
    data.remove()
  })

  const seal = (...args: readonly string[]) => run(['seal', ...args], variables)
  const create = (client: string, ...more: readonly string[]) =>
    seal('create', '--client', client, '--organization', NAME, '--identifier', ...more)

  it('make one for a client, of two at once one, with a certificate that names its organisation', async () => {
    const both = await Promise.all([create('deeds', '۱۴۰۰۰۰۰۰۱۳۴'), create('deeds', '14000000134')])
    const [made = both[0], loser] = both.toSorted(
      (one, other) => (one.code ?? 9) - (other.code ?? 9),
    )
    expect(made).toMatchObject({ code: 0, err: '' })
    expect(loser?.code).not.toBe(0)
    const [id = '', until, client, identifier, name] = made.out.trim().split('\t')
    expect([client, identifier, name]).toEqual(['deeds', 'NTRIR-14000000134', NAME])
    expect(until).toMatch(/^until \d{4}-\d\d-\d\d$/)
    const listed = JSON.parse((await seal('list', '--json')).out) as Record<string, string>
    expect(listed).toMatchObject({ id, clientId: 'deeds', protection: 'software' })
    expect(listed).not.toHaveProperty('keyId')
    const certificate = new X509Certificate(Buffer.from(listed['certificate'] ?? '', 'base64'))
    expect(certificate.subject).toContain(NAME)
    first = id
  })

  it('say what to do next', async () => {
    const again = await create('deeds', '14000000134')
    expect(again.code).toBe(2)
    expect(again.err).toContain(`seal revoke ${first}`)
    const unknown = await create('nobody', '14000000134')
    expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining('client add nobody')])
    const gone = await seal('revoke', 'no-such')
    expect([gone.code, gone.err]).toEqual([2, expect.stringContaining('seal list')])
    const { PANJEREH_SIGNING: _unset, ...rest } = variables
    const without = await run(['seal', 'list'], rest)
    expect([without.code, without.err]).toEqual([2, expect.stringContaining('docs/level-4.md')])
  })

  it.each([
    ['a number with a slip in it', NAME, '14000000135', 'check digit'],
    ['a name of two directions', 'سازمان Sample', '14000000134', 'Persian alone'],
  ])('take no %s', async (_, name, number, said) => {
    const args = ['--client', 'deeds', '--organization', name, '--identifier', number]
    const { code, err } = await seal('create', ...args)
    expect([code, err]).toEqual([2, expect.stringContaining(said)])
  })

  it('are looked at by the doctor, and their keys with them', async () => {
    const codesAlone = [{ kind: 'sms-ir', apiKey: 'k', templateId: 1 }]
    const more = {
      ...variables,
      PANJEREH_SEAL_IDENTIFIER: '14000000120',
      PANJEREH_SMS_GATEWAYS: JSON.stringify(codesAlone),
    }
    const good = await run(['doctor'], more)
    expect(good.out).toMatch(/^ok +the seal of deeds is good until \d{4}-\d\d-\d\d$/m)
    expect(good.out).toMatch(/^warn +PANJEREH_SEAL_IDENTIFIER is set, and the window has no seal/m)
    expect(good.out).toMatch(/^warn +no SMS gateway is set up for texts/m)
    const keys = join(data.path, 'signing-keys')
    renameSync(keys, `${keys}-away`)
    const gone = await run(['doctor'], variables)
    renameSync(`${keys}-away`, keys)
    expect(gone.out).toMatch(/^warn +the seal of deeds has no key in the key store any more/m)
  })

  it('say what to do while the authority has not decided, and go on with the same key', async () => {
    const pki = await sandboxPki()
    const signing = await signingOf(pki.url)
    const patient = { ...(signing['authority'] as object), waitMs: 0 }
    const more = {
      ...variables,
      PANJEREH_SIGNING: JSON.stringify({ ...signing, authority: patient }),
    }
    const keys = () => readdirSync(join(data.path, 'signing-keys')).length
    const before = keys()
    const tax = () =>
      run(
        [
          'seal',
          'create',
          '--client',
          'tax',
          '--organization',
          NAME,
          '--identifier',
          '14000000134',
        ],
        more,
      )
    await run(['client', 'add', 'tax', '--redirect-uri', 'https://tax.example/c'], more)
    await pki.fault('est', 'pending')
    const waits = await tax()
    expect([waits.code, waits.err]).toEqual([75, ''])
    expect(waits.out).toContain('run this very command again')
    await pki.reset()
    const made = await tax()
    await pki.close()
    expect([made.code, made.out.split('\t')[2]]).toEqual([0, 'tax'])
    expect(keys()).toBe(before + 1)
  })

  it('replace one, and revoke it for good', async () => {
    const replaced = await create('deeds', '14000000134', '--replace')
    const [second = ''] = replaced.out.split('\t')
    expect(second).not.toBe(first)
    const revoked = await seal('revoke', second, '--reason', 'cessation_of_operation')
    expect(revoked).toMatchObject({ code: 0, err: '' })
    expect((await seal('revoke', second)).err).toContain('cessation_of_operation')
    const lines = (await seal('list')).out
      .trim()
      .split('\n')
      .filter((line) => line.includes('\tdeeds\t'))
    expect(lines.map((line) => line.split('\t').slice(0, 2))).toEqual([
      [second, expect.stringMatching(/^cessation_of_operation /)],
      [first, expect.stringMatching(/^renewed /)],
    ])
    const told = await run(['events', '--json', '--type', 'seal.revoked'], variables)
    expect(told.out).toContain(second)
  })
})
