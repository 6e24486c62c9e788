import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as turn } from 'node:timers/promises'
import { documentFiles, type OpenDocumentStore } from '../adapters/documents/index.ts'
import { clock } from '../adapters/system/clock.ts'
import { random } from '../adapters/system/random.ts'
import type { OpenDocument } from '../src/ports/document-store.ts'
import type { PdfWriter } from '../src/ports/pdf-writer.ts'
import { growing } from '../src/signing/pades/appended.ts'
import { prepareToSign } from '../src/signing/pades/sign.ts'
import { writerHere } from '../src/signing/pades/writer-here.ts'
import { pdfWriterThreads } from '../src/signing/writer/threads.ts'
import { testSecrets } from '../test/support/fakes.ts'
import { minimalPdf } from '../test/signing/support/minimal-pdf.ts'
import type { LoadOptions } from './load.ts'

const DOCUMENTS = 50
const PAGES_OF_THE_LONG_ONE = 10_000
const MEGABYTE = 1024 * 1024
const KEY = { alg: 'ES256' as const, certificateChain: [Buffer.alloc(1_000, 1)] }

interface Seen {
  readonly p99: number
  readonly most: number
  readonly perS: number
}

/** How long everybody else waits while one person's documents are prepared: fifty of a megabyte and one of ten thousand
 *  pages, with Persian text drawn in them; by the threads, and beside it in the thread that serves. */
export async function signingThreads({ seconds }: LoadOptions) {
  const directory = await mkdtemp(join(tmpdir(), 'panjereh-bench-'))
  const store = await documentFiles({ clock, random, secrets: testSecrets() }, { directory })
  const writer = pdfWriterThreads()
  try {
    const [batch, long] = [await opened(store, documents()), await opened(store, longOne())]
    const figures = async (name: string, some: readonly OpenDocument[]) => {
      const threads = await seen(writer, some, seconds)
      const here = await seen(writerHere, some, seconds)
      return {
        [`${name}loop_p99_ms`]: threads.p99,
        [`${name}loop_max_ms`]: threads.most,
        [`${name}per_s`]: threads.perS,
        [`${name}here_loop_p99_ms`]: here.p99,
        [`${name}here_loop_max_ms`]: here.most,
        [`${name}here_per_s`]: here.perS,
        [`${name}times_calmer`]: round(here.p99 / threads.p99),
      }
    }
    const rows = { ...(await figures('', batch)), ...(await figures('long_', long)) }
    await Promise.all([...batch, ...long].map((one) => one.close()))
    return { name: 'signing_threads', documents: DOCUMENTS, ...rows }
  } finally {
    await Promise.all([writer.close(), store.close()])
    await rm(directory, { recursive: true, force: true })
  }
}

async function seen(
  writer: PdfWriter,
  documents: readonly OpenDocument[],
  seconds: number,
): Promise<Seen> {
  // Code is compiled and fonts are read before anything counts.
  await prepared(writer, documents)
  const loop = monitorEventLoopDelay({ resolution: 1 })
  loop.enable()
  const begun = performance.now()
  let count = 0
  while (performance.now() < begun + seconds * 1000) {
    await prepared(writer, documents)
    count += documents.length
  }
  const perS = round(count / ((performance.now() - begun) / 1000))
  loop.disable()
  return { p99: ms(loop.percentile(99)), most: ms(loop.max), perS }
}

/** One after the other, as one act prepares them; after each one others have their turn. */
async function prepared(writer: PdfWriter, documents: readonly OpenDocument[]): Promise<void> {
  const appearance = { signer: 'سارا نمونه‌زاده', reason: 'قرارداد اجاره' }
  const options = { profile: 'B-LTA', appearance } as const
  for (const one of documents) {
    await prepareToSign({ clock, random, writer }, growing(one), KEY, options)
    await turn(1)
  }
}

const documents = () =>
  Array.from({ length: DOCUMENTS }, (_, at) => minimalPdf({ padding: MEGABYTE + at }))
const longOne = () => [minimalPdf({ kind: 'stream', pages: PAGES_OF_THE_LONG_ONE })]

async function opened(store: OpenDocumentStore, files: readonly Buffer[]) {
  const all: OpenDocument[] = []
  for (const bytes of files) {
    const limits = { maxBytes: bytes.length, expiresAt: clock.now() + 3_600_000 }
    const kept = await store.put(once(bytes), limits)
    const document = kept === 'too_large' ? undefined : await store.open(kept.id)
    if (document !== undefined) all.push(document)
  }
  return all
}

async function* once(bytes: Buffer): AsyncIterable<Uint8Array> {
  yield bytes
}

const round = (value: number) => Math.round(value * 100) / 100
const ms = (nanoseconds: number) => round(nanoseconds / 1e6)
