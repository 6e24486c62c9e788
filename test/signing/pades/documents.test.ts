import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { PDFDocument } from '@cantoo/pdf-lib'
import type { Signer } from '../../../src/ports/signer.ts'
import { bytesOf, signPdf } from '../../../src/signing/pades/sign.ts'
import type { PadesProfile } from '../../../src/signing/pades/options.ts'
import { fieldsOf } from '../../../src/signing/pdf/fields.ts'
import { readPdf } from '../../../src/signing/pdf/file.ts'
import { pagesOf } from '../../../src/signing/pdf/pages.ts'
import { PdfRefused } from '../../../src/signing/pdf/refused.ts'
import { verifyPdf } from '../../../src/signing/verify/verify-pdf.ts'
import { requires } from '../../support/skips.ts'
import { SHARED_DATA } from '../../support/shared-data.ts'
import { minimalPdf, updatedPdf } from '../support/minimal-pdf.ts'
import { sandboxSigning, type KeyKind, type SandboxSigning } from '../support/sandbox-signing.ts'
import { folder, pdfsig, qpdfCheck } from '../support/tools.ts'

const files = folder()
let sandbox: SandboxSigning
const signers = new Map<KeyKind, Signer>()
beforeAll(async () => {
  sandbox = await sandboxSigning()
  for (const kind of ['P-256', 'RSA-3072'] as const) signers.set(kind, await sandbox.signer(kind))
})
afterAll(async () => {
  await sandbox.close()
  files.remove()
})

/** Signs, and asks poppler, qpdf and ourselves about the result. */
async function expectGood(before: Buffer, profile: PadesProfile, kind: KeyKind): Promise<Buffer> {
  const signer = signers.get(kind)!
  const appearance = { signer: 'علی رضایی' }
  const result = await signPdf({ ...sandbox.ports, signer }, before, { profile, appearance })
  const bytes = bytesOf(result)
  expect(bytes.subarray(0, before.length).equals(before)).toBe(true)
  const [old, now] = [files.put('before.pdf', before), files.put('after.pdf', bytes)]
  expect(qpdfCheck(now)).toBeLessThanOrEqual(qpdfCheck(old))
  const found = pdfsig(now)
  expect(found.find(({ field }) => field === result.fieldName)).toMatchObject({ isValid: true })
  // Behind B-LT's signature stands its validation data, behind B-LTA's a time stamp over all.
  if (profile !== 'B-LT') expect(found.some(({ isWhole }) => isWhole)).toBe(true)
  expect(found.filter(({ isValid }) => isValid).length).toBe(
    pdfsig(old).filter(({ isValid }) => isValid).length + 1,
  )
  const { report } = verifyPdf(bytes, { anchors: [sandbox.root], now: Date.now() + 2000 })
  const own = report.signatures.find(({ field }) => field === result.fieldName)
  expect(own?.profile).toBe(profile)
  if (profile === 'B-LT' || profile === 'B-LTA') expect(own?.indication).toBe('TOTAL-PASSED')
  return bytes
}

requires('poppler', 'qpdf')('documents of our own', () => {
  const shapes: readonly (readonly [string, Buffer])[] = [
    ['a table', minimalPdf()],
    ['streams', minimalPdf({ kind: 'stream', pages: 3 })],
    ['both', minimalPdf({ kind: 'hybrid' })],
    [
      'two revisions',
      updatedPdf(minimalPdf(), new Map([[1, '<< /Type /Catalog /Pages 2 0 R /Lang (fa) >>']])),
    ],
    ['an array of annotations of its own', minimalPdf({ page: '/Annots 20 0 R', objects: ['[]'] })],
    [
      'a form with fields of its own',
      minimalPdf({ catalog: '/AcroForm 20 0 R', objects: ['<< /Fields 21 0 R >>', '[]'] }),
    ],
  ]
  test.each(shapes)('%s: signed twice', async (_, before) => {
    const once = await expectGood(before, 'B-T', 'P-256')
    await expectGood(once, 'B-LTA', 'RSA-3072')
  })
})

const DOCUMENTS = join(SHARED_DATA, 'pdfs')

function names(): readonly string[] {
  try {
    return readdirSync(DOCUMENTS).filter((one) => one.endsWith('.pdf'))
  } catch {
    return ['none']
  }
}

/** What must be refused, and why; all others must be signed. */
const REFUSED: Readonly<Record<string, string>> = {
  'pdfjs-PDFBOX-4352-0.pdf': 'damaged',
  'pdfjs-bug1782186.pdf': 'password_needed',
  'pdfjs-issue15893_reduced.pdf': 'password_needed',
  'pdfjs-issue9418.pdf': 'no_pages',
  'pdfjs-poppler-395-0-fuzzed.pdf': 'no_pages',
  'pdfjs-print_protection.pdf': 'password_needed',
  'pdfjs-secHandler.pdf': 'javascript',
  'pyhanko-minimal-aes256.pdf': 'password_needed',
  'pyhanko-minimal-rc4.pdf': 'password_needed',
  'pypdf-libreoffice-writer-password.pdf': 'password_needed',
  'pypdf-unreadablemetadata.pdf': 'no_pages',
}

requires(
  'shared-pdfs',
  'poppler',
  'qpdf',
)('documents of many makers', () => {
  test.each(names())('%s', async (name) => {
    const before = readFileSync(join(DOCUMENTS, name))
    const refusal = REFUSED[name]
    if (refusal !== undefined) {
      await expect(expectGood(before, 'B-B', 'P-256')).rejects.toMatchObject({ code: refusal })
      return
    }
    await expectGood(before, 'B-B', 'RSA-3072')
    await expectGood(before, 'B-T', 'P-256')
    const once = await expectGood(before, 'B-LT', 'RSA-3072')
    await expectGood(once, 'B-LTA', 'P-256')
  })

  test.each(names())('another reader sees the same pages and fields in %s', async (name) => {
    const bytes = readFileSync(join(DOCUMENTS, name))
    const ours = outcome(() => {
      const { view, encryption } = readPdf(bytes)
      return encryption
        ? undefined
        : {
            pages: [...pagesOf(view)].length,
            fields: [...fieldsOf(view)].map((field) => field.name).sort(),
          }
    })
    if (ours === undefined) return
    const theirs = await PDFDocument.load(bytes, { throwOnInvalidObject: false })
    expect(ours.pages).toBe(theirs.getPageCount())
    expect(ours.fields).toEqual(
      theirs
        .getForm()
        .getFields()
        .map((field) => field.getName())
        .sort(),
    )
  })
})

function outcome<Result>(read: () => Result): Result | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof PdfRefused) return undefined
    throw error
  }
}
