import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { VARIABLES } from '../../src/config.ts'
import { run, temporaryDirectory, type Variables } from './command.ts'

/** What is answered before anything is opened. */
describe('the command line', () => {
  const data = temporaryDirectory()
  const variables = { PANJEREH_DATA_DIR: join(data.path, 'never-made') }
  afterAll(() => data.remove())

  it.each([
    [[], 'Commands:'],
    [['serve'], 'SIGTERM'],
    [['migrate'], 'database'],
    [['keys', 'list'], '--json'],
    [['keys', 'rotate'], 'signing'],
    [['client', 'add'], '--redirect-uri'],
    [['client', 'change'], '--no-first-party'],
    [['events'], '--since'],
    [['doctor'], 'change nothing'],
  ])('helps with %j', async (command, word) => {
    const { code, out } = await run([...command, '--help'], variables)
    expect(out).toContain('Usage: panjereh')
    expect(out).toContain(word)
    expect(code).toBe(0)
  })

  it('names every variable, its default, and the exit codes', async () => {
    const { out } = await run(['--help'], variables)
    for (const name of Object.keys(VARIABLES)) expect(out).toContain(`\n  ${name}`)
    expect(out).toContain('PANJEREH_OTP_TRIES [5]')
    expect(out).toContain('Exit codes: 0 done, 1 failed, 2 wrong')
  })

  it.each<[string, readonly string[], string]>([
    ['a command that is none', ['serves'], "unknown command 'serves'"],
    ['an option that is none', ['events', '--everything'], "unknown option '--everything'"],
    ['no client', ['client', 'show'], "missing required argument 'client_id'"],
    ['a kind of key that is none', ['keys', 'rotate', 'all'], 'Allowed choices are signing'],
    ['a kind of event that is none', ['events', '--type', 'x'], 'sign_in.completed'],
    ['a time that is none', ['events', '--since', 'yesterday'], 'a time such as'],
    ['a limit of none', ['events', '--limit', '0'], 'a whole number from 1 to 10000'],
    ['a place that is none', ['events', '--after', 'here'], 'the number that stands before'],
    ['a file that is not there', ['client', 'add', 'one', '--file', '/no/such'], 'cannot be read'],
    ['a client_id that is none', ['client', 'add', 'a b'], 'at client_id'],
    ['an address that is none', ['client', 'add', 'one', '--redirect-uri', 'x'], 'redirect_uris'],
  ])('refuses %s with a sentence and exit code 2', async (_, command, sentence) => {
    const { code, out, err } = await run(command, variables)
    expect(err).toContain(sentence)
    expect(err).not.toMatch(/^\s+at /m)
    expect(out).toBe('')
    expect(code).toBe(2)
  })

  it.each([
    ['no JSON', 'redirect_uris: []'],
    ['no object', '["one"]'],
  ])('refuses a file of metadata that is %s', async (_, text) => {
    const file = join(data.path, 'metadata.json')
    writeFileSync(file, text)
    const { code, err } = await run(['client', 'add', 'one', '--file', file], variables)
    expect(err).toContain('does not hold a JSON object')
    expect(code).toBe(2)
  })
})

describe('a configuration that is wrong', () => {
  const data = temporaryDirectory()
  afterAll(() => data.remove())
  const wrong: Variables = {
    PANJEREH_DATA_DIR: data.path,
    PANJEREH_ISSUER: 'http://window.example.ir',
    PANJEREH_PORT: 'seventy',
    PANJEREH_OTP_TRIES: '0',
    PANJEREH_METRICS_TOKEN_FILE: '/no/such/file',
    PANJEREH_LOG_LEVL: 'info',
  }
  let told: Readonly<Record<string, Awaited<ReturnType<typeof run>>>>

  beforeAll(async () => {
    const commands = ['serve', 'migrate', 'doctor'] as const
    const all = await Promise.all(commands.map((command) => run([command], wrong)))
    told = Object.fromEntries(commands.map((command, at) => [command, all[at]])) as never
  })

  it.each(['serve', 'migrate'])('ends %s with all faults at once', (command) => {
    const { code, err } = told[command] ?? {}
    for (const fault of [
      'PANJEREH_ISSUER must be https',
      'PANJEREH_PORT must be a whole number',
      'PANJEREH_OTP_TRIES must be a whole number from 1 to 10',
      'PANJEREH_METRICS_TOKEN_FILE must be a file that can be read',
      'PANJEREH_MASTER_KEY must be 32 random bytes',
      'PANJEREH_DATABASE_URL must be',
      'PANJEREH_SMS_GATEWAYS must be at least one gateway',
    ])
      expect(err).toContain(fault)
    expect(code).toBe(2)
  })

  it('is shown by doctor, which says what else it saw, and fails', () => {
    const { code, out } = told['doctor'] ?? {}
    expect(out).toContain('warn  PANJEREH_LOG_LEVL is no variable of this program')
    expect(out).toContain('fail  The configuration is wrong')
    expect(out).toContain('PANJEREH_PORT must be')
    expect(code).toBe(1)
  })

  it('shows no secret', async () => {
    const secret = 'not-a-key-but-a-secret'
    const { err } = await run(['serve'], { ...wrong, PANJEREH_MASTER_KEY: secret })
    expect(err).toContain('PANJEREH_MASTER_KEY must be 32 random bytes')
    expect(err).not.toContain(secret)
  })
})
