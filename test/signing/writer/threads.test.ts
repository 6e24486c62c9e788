import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { documentFiles, type OpenDocumentStore } from '../../../adapters/documents/index.ts'
import type { ReadableDocument } from '../../../src/ports/document-store.ts'
import type { PdfSteps, SignatureOptions } from '../../../src/ports/pdf-writer.ts'
import type { Signer } from '../../../src/ports/signer.ts'
import type { TimestampAuthority } from '../../../src/ports/timestamp-authority.ts'
import { growing } from '../../../src/signing/pades/appended.ts'
import { bytesOf, signPdf } from '../../../src/signing/pades/sign.ts'
import { writerHere } from '../../../src/signing/pades/writer-here.ts'
import { bufferSource } from '../../../src/signing/pdf/source.ts'
import { pdfWriterThreads, type OpenPdfWriter } from '../../../src/signing/writer/threads.ts'
import { fakeClock, fakeRandom, testSecrets } from '../../support/fakes.ts'
import { minimalPdf } from '../support/minimal-pdf.ts'
import { sandboxSigning, type SandboxSigning } from '../support/sandbox-signing.ts'

const HOUR_MS = 3_600_000
const clock = fakeClock(Date.now())

let home: string
let documents: OpenDocumentStore
let writer: OpenPdfWriter
let sandbox: SandboxSigning
let signer: Signer
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'panjereh-writer-'))
  const needs = { clock, random: fakeRandom, secrets: testSecrets() }
  documents = await documentFiles(needs, { directory: home })
  writer = pdfWriterThreads()
  sandbox = await sandboxSigning()
  signer = await sandbox.signer('RSA-2048')
})
afterAll(async () => {
  await Promise.all([writer.close(), documents.close(), sandbox.close()])
  await rm(home, { recursive: true, force: true })
})

const wishFor = (options: SignatureOptions = {}): PdfSteps['signature']['wish'] => ({
  seed: Buffer.alloc(32, 7),
  at: clock.now(),
  certificate: signer.certificateChain[0]!,
  options: { contentsBytes: 4096, ...options },
})

async function stored(bytes: Uint8Array) {
  const content = (async function* () {
    yield bytes
  })()
  const limits = { maxBytes: bytes.length, expiresAt: clock.now() + HOUR_MS }
  const kept = await documents.put(content, limits)
  return (await documents.open(kept === 'too_large' ? '' : kept.id))!
}

/** The same numbers each time, and of each authority the same answers. */
function repeatable() {
  let drawn = 0
  const tokens = new Map<string, Promise<Uint8Array>>()
  const timestamps: TimestampAuthority = {
    stamp(digest) {
      const key = Buffer.from(digest.value).toString('hex')
      const token = tokens.get(key) ?? sandbox.ports.timestamps!.stamp(digest)
      tokens.set(key, token)
      return token
    },
  }
  return () => {
    drawn = 0
    const random = { bytes: (length: number) => Buffer.alloc(length, ++drawn) }
    return { ...sandbox.ports, clock, random, timestamps, signer }
  }
}

const VISIBLE = { signer: 'سارا نمونه‌زاده', locale: 'fa', reason: 'قرارداد' } as const

describe('what is written in a thread', () => {
  it.each(['table', 'stream', 'hybrid'] as const)(
    'is what is written here, to the bit: %s',
    async (kind) => {
      const pdf = growing(bufferSource(minimalPdf({ kind, pages: 3, padding: 200_000 })))
      const wish = wishFor({ name: 'Sara', appearance: VISIBLE })
      const [here, there] = await Promise.all([
        writerHere.signature(pdf, wish),
        writer.signature(pdf, wish),
      ])
      expect(Buffer.compare(there.open.bytes, here.open.bytes)).toBe(0)
      expect(Buffer.from(there.attributes).equals(here.attributes)).toBe(true)
      const { fieldName, open } = here
      expect(there).toMatchObject({
        fieldName,
        open: { hole: open.hole, byteRange: open.byteRange },
      })
    },
  )

  it('lasts, and is signed once more, to the bit as here', async () => {
    const means = repeatable()
    const before = await stored(minimalPdf({ pages: 2, padding: 200_000 }))
    try {
      const twice = async (by: { readonly writer?: OpenPdfWriter }) => {
        const options = { profile: 'B-LTA', appearance: VISIBLE } as const
        const once = await signPdf({ ...means(), ...by }, before, options)
        return bytesOf(await signPdf({ ...means(), ...by }, once, { profile: 'B-LTA' }))
      }
      const here = await twice({})
      expect((await twice({ writer })).equals(here)).toBe(true)
    } finally {
      await before.close()
    }
  })

  it('of a document of the store needs no copy of it here', async () => {
    const document = await stored(minimalPdf({ padding: 300_000 }))
    const refused = () => {
      throw new Error('read in this thread')
    }
    const base = { ...document, read: refused, pieces: refused }
    const made = await writer.signature({ base, added: Buffer.alloc(0) }, wishFor())
    expect(made.open.digest.value).toHaveLength(32)
    await document.close()
  })
})

describe('what cannot be written', () => {
  it('is refused as here', async () => {
    const pdf = growing(bufferSource(Buffer.from('no document')))
    const wish = wishFor()
    await expect(writer.signature(pdf, wish)).rejects.toMatchObject({
      name: 'PdfRefused',
      code: 'not_pdf',
    })
    const active = minimalPdf({ catalog: '/OpenAction << /S /JavaScript /JS (x) >>' })
    await expect(writer.signature(growing(bufferSource(active)), wish)).rejects.toMatchObject({
      code: 'javascript',
      where: expect.any(String),
    })
  })

  it('because its file was changed is an outage with its code', async () => {
    const document = await stored(randomBytes(1000))
    const { program, given } = document.elsewhere
    const elsewhere = { program, given: { ...given, size: 900 }, key: 'another' }
    const base = { ...document, elsewhere }
    await expect(
      writer.signature({ base, added: Buffer.alloc(0) }, wishFor()),
    ).rejects.toMatchObject({ code: 'sealed_data_unreadable' })
    await document.close()
  })
})

const PROGRAM = new URL('../support/hostile-document.ts', import.meta.url).href

function hostile(does: string): { readonly base: ReadableDocument; readonly added: Uint8Array } {
  const elsewhere = { program: PROGRAM, given: { does }, key: does }
  return { base: { ...bufferSource(Buffer.alloc(1)), elsewhere }, added: Buffer.alloc(0) }
}

describe('a thread', () => {
  const fine = () => growing(bufferSource(minimalPdf()))

  it.each([
    ['that a document ends', 'end', 'too_complex'],
    ['that a document fills up', 'devour', 'too_complex'],
    ['that does not come to an end', 'hang', 'upstream_unavailable'],
  ])('%s is replaced by the next one', async (_, does, code) => {
    const own = pdfWriterThreads({ threads: 1, timeoutMs: 2_500, memoryMb: 64 })
    try {
      await expect(own.signature(hostile(does), wishFor())).rejects.toMatchObject({ code })
      const made = await own.signature(fine(), wishFor())
      expect(made.fieldName).toBe('Signature1')
    } finally {
      await own.close()
    }
  })

  it('has no longer queue than it can work off', async () => {
    const own = pdfWriterThreads({ threads: 1, waiting: 2 })
    try {
      const all = Array.from({ length: 12 }, () => own.signature(fine(), wishFor()))
      const settled = await Promise.allSettled(all)
      const refused = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
      expect(refused.length).toBeGreaterThan(0)
      expect(refused.length).toBeLessThan(12)
      for (const one of refused) expect(one).toMatchObject({ code: 'upstream_unavailable' })
    } finally {
      await own.close()
    }
  })
})
