import { mkdir, open, readdir, rm, stat, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { PanjerehError } from '../../src/errors.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { DocumentStore } from '../../src/ports/document-store.ts'
import type { Random } from '../../src/ports/random.ts'
import type { SecretBox } from '../../src/ports/secret-box.ts'
import { HEAD_BYTES, openHead, type Head } from './head.ts'
import { openPieces } from './read.ts'
import { PART, writeDocument } from './write.ts'

interface Needs {
  readonly clock: Clock
  readonly random: Random
  readonly secrets: SecretBox
}

interface Settings {
  /** Of documents alone. Several processes may share it. */
  readonly directory: string
  readonly sweepEveryMs?: number
}

export interface OpenDocumentStore extends DocumentStore {
  /** Removes what has expired and what crashes have left; the number of files. */
  sweep(): Promise<number>
  close(): Promise<void>
}

const SWEEP_MS = 10 * 60_000
/** Longer than any upload takes. */
const ABANDONED_MS = 6 * 3_600_000
/** A document's id is a file's name: nothing else is one. */
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Documents as files of one directory, each under a key of its own that is sealed with the window's. */
export async function documentFiles(
  needs: Needs,
  { directory, sweepEveryMs = SWEEP_MS }: Settings,
): Promise<OpenDocumentStore> {
  const { clock, random, secrets } = needs
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const pathOf = (id: string) => join(directory, id)
  let sweeping: Promise<number> | undefined

  async function sweepAll(): Promise<number> {
    let removed = 0
    for (const name of await readdir(directory)) {
      if (!(await isOver(name))) continue
      await rm(pathOf(name), { force: true })
      removed++
    }
    return removed
  }

  async function isOver(name: string): Promise<boolean> {
    if (name.endsWith(PART)) return isAbandoned(pathOf(name), clock.now())
    if (!ID.test(name)) return false
    const head = await headOf(name).catch(() => undefined)
    return head !== undefined && head.expiresAt <= clock.now()
  }

  async function headOf(id: string): Promise<Head | undefined> {
    const file = await opened(pathOf(id))
    if (file === undefined) return undefined
    try {
      return await readHead(file, id)
    } finally {
      await file.close()
    }
  }

  async function readHead(file: FileHandle, id: string): Promise<Head> {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
    return openHead(secrets, id, buffer.subarray(0, bytesRead))
  }

  function sweep(): Promise<number> {
    sweeping ??= sweepAll().finally(() => (sweeping = undefined))
    return sweeping
  }
  const timer = setInterval(() => void sweep().catch(() => 0), sweepEveryMs).unref()

  return {
    async put(content, limits) {
      const id = random.uuid()
      const written = await guarded(
        writeDocument(needs, content, { ...limits, id, path: pathOf(id) }),
      )
      return written === 'too_large' ? written : { id, ...written }
    },
    async open(id) {
      const file = ID.test(id) ? await opened(pathOf(id)) : undefined
      if (file === undefined) return undefined
      try {
        const head = await readHead(file, id)
        if (head.expiresAt > clock.now()) return await openPieces(file, id, head)
      } catch (error) {
        await file.close()
        throw error
      }
      await file.close()
      return undefined
    },
    async remove(id) {
      if (ID.test(id)) await rm(pathOf(id), { force: true })
    },
    sweep,
    async close() {
      clearInterval(timer)
      await sweeping?.catch(() => 0)
    },
  }
}

async function opened(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

async function isAbandoned(path: string, now: number): Promise<boolean> {
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: now }))
  return mtimeMs + ABANDONED_MS < now
}

const FULL: readonly string[] = ['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EMFILE', 'ENFILE']

/** What the sender breaks off fails as it did; what our disk breaks off is an outage. */
async function guarded<T>(writing: Promise<T>): Promise<T> {
  try {
    return await writing
  } catch (error) {
    if (!FULL.includes(String((error as NodeJS.ErrnoException).code))) throw error
    throw new PanjerehError('storage_unavailable', 'a document could not be written', {
      cause: error,
    })
  }
}
