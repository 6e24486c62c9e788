import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { openPglite } from '../../adapters/sql/database.ts'

const ROOT = join(import.meta.dirname, '../..')
const HOLDER = `
  import { openPglite } from './adapters/sql/database.ts'
  const database = await openPglite(process.argv[1])
  await database.knex.raw('CREATE TABLE kept (n integer)')
  await database.knex.raw('INSERT INTO kept VALUES (7)')
  console.log('open')
  setInterval(() => undefined, 1000)`

let dir = ''
let holder: ChildProcess
beforeAll(async () => {
  dir = join(await mkdtemp(join(tmpdir(), 'panjereh-lock-')), 'database')
  const args = ['--no-warnings', '--input-type=module-typescript', '-e', HOLDER, dir]
  holder = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] })
  const { stdout } = holder
  if (stdout === null) throw new Error('no output')
  await once(stdout, 'data')
})
afterAll(async () => {
  holder.kill('SIGKILL')
  await rm(join(dir, '..'), { recursive: true, force: true })
})

it('refuses a second process, and lets the next one in when the first was killed', async () => {
  const refusal = await openPglite(dir).catch((error: unknown) => error)
  expect(refusal).toMatchObject({ code: 'data_directory_locked' })
  expect((refusal as Error).message).toContain(String(holder.pid))
  const gone = once(holder, 'exit')
  holder.kill('SIGKILL')
  await gone
  const database = await openPglite(dir)
  const { rows } = await database.knex.raw<{ rows: unknown[] }>('SELECT n FROM kept')
  expect(rows).toEqual([{ n: 7 }])
  await database.close()
})
