import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { describe, expect, it } from '@jest/globals'
import type {
  DocumentStore,
  OpenDocument,
  ReadableDocument,
} from '../../src/ports/document-store.ts'

export interface OpenedDocuments {
  readonly documents: DocumentStore
  readonly clock: { now(): number; later(ms: number): void }
  /** Everything that is kept at rest, as bytes. */
  dump(): Promise<Buffer>
}

const PIECE = 64 * 1024

/** What every store of documents does. */
export function documentsContract(opened: () => OpenedDocuments): void {
  const limits = () => ({ maxBytes: 1024 * 1024, expiresAt: opened().clock.now() + 60_000 })
  const inChunks = (bytes: Buffer, length: number) =>
    Readable.from(
      (function* () {
        for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
      })(),
      { objectMode: true },
    )

  async function kept(bytes: Buffer, length = 10_000): Promise<string> {
    const stored = await opened().documents.put(inChunks(bytes, length), limits())
    if (stored === 'too_large') throw new Error('too large')
    return stored.id
  }

  async function using<T>(id: string, use: (document: OpenDocument) => Promise<T>): Promise<T> {
    const document = await opened().documents.open(id)
    if (document === undefined) throw new Error('not there')
    try {
      return await use(document)
    } finally {
      await document.close()
    }
  }

  async function gathered(pieces: ReturnType<ReadableDocument['pieces']>): Promise<Buffer> {
    const all: Uint8Array[] = []
    for await (const piece of pieces) all.push(Buffer.from(piece))
    return Buffer.concat(all)
  }

  /** As another thread has it: of nothing but data. */
  async function elsewhere({ elsewhere: { program, given } }: OpenDocument) {
    const module = (await import(program)) as { default(given: object): ReadableDocument }
    const { port1, port2 } = new MessageChannel()
    const arrived = new Promise<object>((resolve) => {
      port2.onmessage = ({ data }) => resolve(data as object)
    })
    port1.postMessage(given)
    const document = module.default(await arrived)
    port1.close()
    return document
  }

  describe('documents', () => {
    it.each([0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 300_001])(
      'of %d bytes come back as they went in',
      async (size) => {
        const bytes = randomBytes(size)
        const stored = await opened().documents.put(inChunks(bytes, 7_777), limits())
        const sha256 = createHash('sha256').update(bytes).digest('hex')
        expect(stored).toEqual({ id: expect.any(String) as unknown, size, sha256 })
        if (stored === 'too_large') throw new Error('too large')
        await using(stored.id, async (document) => {
          expect(document).toMatchObject(stored)
          expect(document.read(0, size).equals(bytes)).toBe(true)
          expect((await gathered(document.pieces(0, size))).equals(bytes)).toBe(true)
          const same = await elsewhere(document)
          expect(same.size).toBe(size)
          expect(same.read(0, size).equals(bytes)).toBe(true)
          expect((await gathered(same.pieces(0, size))).equals(bytes)).toBe(true)
        })
      },
    )

    it('are read from anywhere to anywhere', async () => {
      const bytes = randomBytes(5 * PIECE + 123)
      await using(await kept(bytes), async (document) => {
        const ends = [0, 1, 500, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE + 9, bytes.length]
        for (const start of ends)
          for (const end of ends.filter((one) => one >= start)) {
            expect(document.read(start, end).equals(bytes.subarray(start, end))).toBe(true)
            const pieces = await gathered(document.pieces(start, end))
            expect(pieces.equals(bytes.subarray(start, end))).toBe(true)
          }
        expect(document.read(bytes.length - 3, bytes.length + 99)).toHaveLength(3)
        expect(document.read(bytes.length + 1, bytes.length + 2)).toHaveLength(0)
      })
    })

    it('are refused when they are too large, and nothing is left of them', async () => {
      const before = (await opened().dump()).length
      const bytes = randomBytes(200_001)
      const put = (maxBytes: number) =>
        opened().documents.put(inChunks(bytes, 9_000), { ...limits(), maxBytes })
      expect(await put(200_000)).toBe('too_large')
      expect((await opened().dump()).length).toBe(before)
      expect(await put(200_001)).toMatchObject({ size: 200_001 })
    })

    it('leave nothing when their sender breaks off', async () => {
      const before = (await opened().dump()).length
      async function* broken() {
        yield randomBytes(100_000)
        throw new Error('the line is dead')
      }
      await expect(opened().documents.put(broken(), limits())).rejects.toThrow('the line is dead')
      expect((await opened().dump()).length).toBe(before)
    })

    it('are not readable at rest', async () => {
      const secret = 'متن محرمانهٔ قرارداد سارا'
      await kept(Buffer.from(secret.repeat(100)))
      const dump = await opened().dump()
      expect(dump.length).toBeGreaterThan(0)
      expect(dump.includes(secret)).toBe(false)
    })

    it('are gone at their end', async () => {
      const id = await kept(randomBytes(10))
      await using(id, async ({ size }) => expect(size).toBe(10))
      opened().clock.later(60_000)
      expect(await opened().documents.open(id)).toBeUndefined()
    })

    it('are removed as often as one likes', async () => {
      const id = await kept(randomBytes(10))
      await opened().documents.remove(id)
      await opened().documents.remove(id)
      expect(await opened().documents.open(id)).toBeUndefined()
    })

    it('have names that lead nowhere else', async () => {
      for (const id of [randomUUID(), '..', '../keys.json', 'x', '', `${randomUUID()}.part`]) {
        expect(await opened().documents.open(id)).toBeUndefined()
        await opened().documents.remove(id)
      }
    })

    it('come in and go out many at once', async () => {
      const all = Array.from({ length: 20 }, (_, index) => randomBytes(50_000 + index))
      const ids = await Promise.all(all.map((bytes) => kept(bytes)))
      const back = await Promise.all(
        ids.map((id) => using(id, (document) => gathered(document.pieces(0, document.size)))),
      )
      expect(back.every((bytes, index) => bytes.equals(all[index] ?? Buffer.alloc(0)))).toBe(true)
    })
  })
}
