import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { PanjerehError } from '../../src/errors.ts'

/** Holds a directory for this process alone. PGlite has no lock of its own: two processes on one
 *  directory open silently and diverge. The lock is SQLite's exclusive file lock, which the
 *  operating system releases when its holder dies, however it dies. */
export function lockDirectory(dir: string): () => void {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const lock = new DatabaseSync(join(dir, 'lock'))
  // A file of its own: to read the locked one would drop the lock (POSIX advisory locks).
  const holder = join(dir, 'lock.pid')
  try {
    lock.exec('PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (cause) {
    lock.close()
    throw new PanjerehError('data_directory_locked', refusal(dir, holder), { cause })
  }
  writeFileSync(holder, `${process.pid}\n`)
  return () => lock.close()
}

function refusal(dir: string, holder: string): string {
  return (
    `The data directory ${dir} is in use by process ${heldBy(holder)}. ` +
    'Stop that process first, or choose another directory. ' +
    'To run several processes at once, use PostgreSQL instead of the embedded database.'
  )
}

function heldBy(holder: string): string {
  try {
    return readFileSync(holder, 'utf8').trim()
  } catch {
    return 'unknown'
  }
}
