import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'

const run = promisify(execFile)
const CRUISER = join(process.cwd(), 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs')

/** A house with one wall broken in each room. */
const HOUSE: Readonly<Record<string, string>> = {
  'src/errors.ts': 'export const code = 1\n',
  'src/config.ts': 'export const config = 1\n',
  'src/compose.ts': "import '../adapters/sms/kavenegar.ts'\nexport const world = 1\n",
  'src/ports/clock.ts': "import '../errors.ts'\nexport interface Clock { now(): number }\n",
  'src/identity/mobile.ts': "import '../errors.ts'\nexport const mobile = 1\n",
  'src/assurance/step-up.ts': "import '../../interactions/otp/level.ts'\nexport const up = 1\n",
  'src/pages/form.ts': "import '../ports/clock.ts'\nexport const form = 1\n",
  'src/oidc/provider.ts': "import '../../adapters/sms/kavenegar.ts'\nexport const op = 1\n",
  'src/http/app.ts': "import '../../interactions/otp/level.ts'\nimport '../config.ts'\n",
  'interactions/otp/level.ts': "import '../passkey/level.ts'\nexport const otp = 1\n",
  'interactions/passkey/level.ts': "import '../../src/errors.ts'\nexport const passkey = 1\n",
  'adapters/sms/kavenegar.ts': "import '../redis/client.ts'\nexport const kavenegar = 1\n",
  'adapters/redis/client.ts': "import '../../migrations/index.ts'\nexport const redis = 1\n",
  'migrations/index.ts': "import '../src/errors.ts'\nexport const migrations = 1\n",
  'sandbox/inbox.ts': "import '../src/errors.ts'\nexport const inbox = 1\n",
  'src/cli.ts': "import './cycle-one.ts'\nimport '../test/secret.ts'\nimport './nowhere.ts'\n",
  'src/cycle-one.ts': "import { two } from './cycle-two.ts'\nexport const one = two\n",
  'src/cycle-two.ts': "import { one } from './cycle-one.ts'\nexport const two = one\n",
  'src/signing/sad.ts': "import '../identity/mobile.ts'\nexport const sad = 1\n",
  'src/alone.ts': 'export const alone = 1\n',
  'src/main.ts': "import './compose.ts'\n",
  'src/http/guard.ts': "import '../main.ts'\n",
  'test/secret.ts': 'export const secret = 1\n',
}

interface Violation {
  readonly from: string
  readonly to: string
  readonly rule: { readonly name: string }
}

let house: string
let violations: readonly Violation[]

beforeAll(async () => {
  house = await mkdtemp(join(tmpdir(), 'panjereh-rooms-'))
  await Promise.all(
    ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json'].map((file) =>
      cp(file, join(house, file)),
    ),
  )
  for (const [path, text] of Object.entries(HOUSE)) {
    await mkdir(join(house, dirname(path)), { recursive: true })
    await writeFile(join(house, path), text)
  }
  violations = await cruise(house, ['src', 'interactions', 'adapters', 'migrations', 'sandbox'])
})
afterAll(() => rm(house, { recursive: true }))

async function cruise(cwd: string, rooms: readonly string[]): Promise<readonly Violation[]> {
  const args = [CRUISER, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...rooms]
  const { stdout } = await run(process.execPath, args, { cwd, maxBuffer: 64 << 20 }).catch(
    (error: unknown) => error as { stdout: string },
  )
  const { summary } = JSON.parse(stdout) as { summary: { violations: readonly Violation[] } }
  return summary.violations
}

describe('the walls between the rooms', () => {
  it.each([
    ['ports-know-nobody', 'src/ports/clock.ts'],
    ['identity-is-pure', 'src/identity/mobile.ts'],
    ['assurance-is-the-law', 'src/assurance/step-up.ts'],
    ['signing-is-an-engine', 'src/signing/sad.ts'],
    ['pages-only-draw', 'src/pages/form.ts'],
    ['oidc-room', 'src/oidc/provider.ts'],
    ['http-room', 'src/http/app.ts'],
    ['levels-are-strangers', 'interactions/otp/level.ts'],
    ['adapters-are-strangers', 'adapters/sms/kavenegar.ts'],
    ['only-sql-adapter-migrates', 'adapters/redis/client.ts'],
    ['migrations-stand-alone', 'migrations/index.ts'],
    ['sandbox-is-another-program', 'sandbox/inbox.ts'],
    ['config-is-read-at-the-door', 'src/http/app.ts'],
    ['nobody-imports-the-composers', 'src/http/guard.ts'],
    ['nobody-imports-tests', 'src/cli.ts'],
    ['no-cycles', 'src/cycle-one.ts'],
    ['no-orphans', 'src/alone.ts'],
    ['nothing-unresolved', 'src/cli.ts'],
  ])('%s stops %s', (rule, from) => {
    const found = violations.filter((violation) => violation.rule.name === rule)
    expect(found.map((violation) => violation.from)).toContain(from)
  })

  it('lets through what is allowed', () => {
    const allowed = violations.filter(({ from }) => from === 'interactions/passkey/level.ts')
    expect(allowed).toEqual([])
    expect(violations.filter(({ from }) => from === 'src/compose.ts')).toEqual([])
  })
})
