import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { documentFiles, type OpenDocumentStore } from '../../adapters/documents/index.ts'
import { PanjerehError } from '../../src/errors.ts'
import { fakeClock, fakeRandom, testSecrets } from '../support/fakes.ts'
import { documentsContract } from './documents.contract.ts'

const clock = fakeClock(Date.now())
const needs = { clock, random: fakeRandom, secrets: testSecrets() }
let directory: string
let documents: OpenDocumentStore

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'panjereh-documents-'))
  documents = await documentFiles(needs, { directory })
})
afterAll(async () => {
  await documents.close()
  await rm(directory, { recursive: true, force: true })
})

async function dump(): Promise<Buffer> {
  const names = await readdir(directory)
  return Buffer.concat(await Promise.all(names.map((name) => readFile(join(directory, name)))))
}

describe('document files', () => {
  documentsContract(() => ({ documents, clock, dump }))

  describe('on disk', () => {
    const bytes = randomBytes(200_000)
    const limits = () => ({ maxBytes: 1e6, expiresAt: clock.now() + 1000 })
    async function kept(): Promise<{ id: string; path: string }> {
      const stored = await documents.put(Readable.from([bytes]), limits())
      if (stored === 'too_large') throw new Error('too large')
      return { id: stored.id, path: join(directory, stored.id) }
    }
    const unreadable = expect.objectContaining({ code: 'sealed_data_unreadable' }) as unknown

    beforeEach(async () => {
      clock.later(3600_000)
      await documents.sweep()
    })

    it('no changed byte of a piece is read', async () => {
      const { id, path } = await kept()
      const file = await readFile(path)
      file[1024 + 70_000] = (file[1024 + 70_000] ?? 0) ^ 1
      await writeFile(path, file)
      const document = await documents.open(id)
      expect(document?.read(0, 100).equals(bytes.subarray(0, 100))).toBe(true)
      let thrown: unknown
      try {
        document?.read(60_000, 80_000)
      } catch (error) {
        thrown = error
      }
      expect(thrown).toBeInstanceOf(PanjerehError)
      expect(thrown).toEqual(unreadable)
      const all = async () => {
        for await (const piece of document?.pieces(0, bytes.length) ?? [])
          expect(piece).toBeTruthy()
      }
      await expect(all()).rejects.toEqual(unreadable)
      await document?.close()
    })

    it.each([
      ['a changed head', (file: Buffer) => Buffer.from(file).fill(65, 40, 41)],
      ['a short file', (file: Buffer) => file.subarray(0, -1)],
      ['a longer file', (file: Buffer) => Buffer.concat([file, Buffer.alloc(1)])],
      ['an empty file', () => Buffer.alloc(0)],
    ])('%s is not opened', async (_name, change) => {
      const { id, path } = await kept()
      await writeFile(path, change(await readFile(path)))
      await expect(documents.open(id)).rejects.toEqual(unreadable)
    })

    it('no piece takes the place of another one', async () => {
      const { id, path } = await kept()
      const file = await readFile(path)
      const [one, two] = [0, 1].map((index) => {
        const at = 1024 + index * (65_536 + 16)
        return Buffer.from(file.subarray(at, at + 65_536 + 16))
      })
      if (one === undefined || two === undefined) throw new Error('no pieces')
      await writeFile(
        path,
        Buffer.concat([file.subarray(0, 1024), two, one, file.subarray(1024 + one.length * 2)]),
      )
      const document = await documents.open(id)
      expect(() => document?.read(0, 1)).toThrow('cannot be opened')
      await document?.close()
    })

    it('no document takes the name of another one', async () => {
      const [first, second] = [await kept(), await kept()]
      await rename(first.path, second.path)
      await expect(documents.open(second.id)).rejects.toEqual(unreadable)
    })

    it('the sweep takes what has expired and what a crash has left, and nothing else', async () => {
      const old = await kept()
      clock.later(1000)
      const fresh = await kept()
      const crashed = join(directory, 'x.part')
      const running = join(directory, 'y.part')
      await writeFile(crashed, 'half')
      await writeFile(running, 'half')
      const [now, long] = [clock.now() / 1000, clock.now() / 1000 - 7 * 3600]
      await utimes(crashed, long, long)
      await utimes(running, now, now)
      expect(await documents.sweep()).toBe(2)
      // What the tests above have broken stays for the operator to look at.
      const left = await readdir(directory)
      expect(left).toEqual(expect.arrayContaining([fresh.id, 'y.part']))
      expect([old.id, 'x.part'].filter((name) => left.includes(name))).toEqual([])
      expect(await documents.open(old.id)).toBeUndefined()
      await rm(running)
    })

    it('a document that is open when it is removed is read to its end', async () => {
      const { id } = await kept()
      const document = await documents.open(id)
      await documents.remove(id)
      expect(document?.read(0, bytes.length).equals(bytes)).toBe(true)
      await document?.close()
    })

    it('is for the window alone', async () => {
      const { path } = await kept()
      expect((await stat(path)).mode & 0o077).toBe(0)
    })
  })
})
