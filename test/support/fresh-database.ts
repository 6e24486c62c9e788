import { cpSync, existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPglite, type Database } from '../../adapters/sql/database.ts'
import { TEMPLATE } from './template.ts'

/** Puts a new and migrated database into a directory. One is made a run of jest, and copied: making it takes most
 *  of the time that a window needs to open. */
export async function freshDatabase(directory: string): Promise<void> {
  if (!existsSync(TEMPLATE)) await makeTemplate()
  await mkdir(directory, { recursive: true })
  cpSync(join(TEMPLATE, 'pglite'), join(directory, 'pglite'), { recursive: true })
}

/** One of its own, gone when it is closed. */
export async function openFreshDatabase(): Promise<Database> {
  const directory = await mkdtemp(join(tmpdir(), 'panjereh-database-'))
  await freshDatabase(directory)
  const database = await openPglite(directory)
  return {
    ...database,
    async close() {
      await database.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** Workers may make it at the same time: the first one's is taken. */
async function makeTemplate(): Promise<void> {
  const own = await mkdtemp(`${TEMPLATE}-`)
  const database = await openPglite(own)
  await database.migrate()
  await database.close()
  await rename(own, TEMPLATE).catch(() => rm(own, { recursive: true, force: true }))
}
