import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { activeContent } from '../../../src/signing/pdf/active-content.ts'
import { fieldsOf } from '../../../src/signing/pdf/fields.ts'
import { readPdf } from '../../../src/signing/pdf/file.ts'
import { pagesOf } from '../../../src/signing/pdf/pages.ts'
import { PdfRefused } from '../../../src/signing/pdf/refused.ts'
import { signaturesOf } from '../../../src/signing/pdf/signatures.ts'
import { is } from '../../../src/signing/pdf/values.ts'
import { minimalPdf, updatedPdf } from '../support/minimal-pdf.ts'

const SIGNED = {
  catalog: '/AcroForm << /Fields [20 0 R] /SigFlags 3 >> /OpenAction [3 0 R /Fit] /Outlines 22 0 R',
  page: '/Annots [20 0 R]',
  objects: [
    '<< /T (s) /FT /Sig /Subtype /Widget /V 21 0 R /Rect [0 0 0 0] >>',
    '<< /Type /Sig /SubFilter /ETSI.CAdES.detached /ByteRange [0 10 20 30] /Contents <3000> >>',
    '<< /First 23 0 R >>',
    '<< /Title (x) /A << /S /GoTo /Next [23 0 R] >> /Next 23 0 R >>',
  ],
}
const SEEDS = [
  minimalPdf(SIGNED),
  minimalPdf({ ...SIGNED, kind: 'stream' }),
  minimalPdf({ ...SIGNED, kind: 'hybrid' }),
  updatedPdf(
    minimalPdf(SIGNED),
    new Map([
      [4, '<< >>'],
      [21, 'null'],
    ]),
  ),
]

/** Everything that is done with a stranger's file. */
function readAll(bytes: Uint8Array): void {
  const { view, revisions, viewAt } = readPdf(bytes)
  for (const { index } of revisions) {
    for (const number of viewAt(index).numbers()) {
      const value = viewAt(index).object(number)?.value
      if (is(value, 'stream')) viewAt(index).data(value)
    }
  }
  for (const page of pagesOf(view)) page.dict.entries.get('Contents')
  for (const field of fieldsOf(view)) field.widgets.at(0)
  signaturesOf(view)
  activeContent(view)
}

/** Bytes and pieces that lead parsers astray. */
const PIECES = [
  '7'.repeat(20_000),
  '-'.repeat(20_000),
  ' '.repeat(20_000),
  '('.repeat(20_000),
  '<<'.repeat(5_000),
  '<<',
  '>>',
  '[',
  ']',
  '(',
  ')',
  '<',
  '/',
  '%',
  'obj',
  'endobj',
  'stream',
  'R',
  '0',
  '-1',
  '99999999999',
  '\0',
  '/Prev 9',
  '/Length 99999999',
  '/Kids [2 0 R]',
  '1 0 R',
  'xref',
  'trailer',
]

const mutation = fc.record({
  at: fc.double({ min: 0, max: 0.9999, noNaN: true }),
  cut: fc.nat(12),
  piece: fc.oneof(
    fc.constantFrom(...PIECES),
    fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  ),
})

describe('hostile files', () => {
  test('whatever is done to a file, it is read or refused, and soon', () => {
    let slowest = 0
    fc.assert(
      fc.property(
        fc.constantFrom(...SEEDS),
        fc.array(mutation, { minLength: 1, maxLength: 8 }),
        (seed, changes) => {
          let text = seed.toString('latin1')
          for (const { at, cut, piece } of changes) {
            const from = Math.floor(at * text.length)
            text = text.slice(0, from) + piece + text.slice(from + cut)
          }
          const begin = performance.now()
          try {
            readAll(Buffer.from(text, 'latin1'))
          } catch (error) {
            expect(error).toBeInstanceOf(PdfRefused)
          }
          slowest = Math.max(slowest, performance.now() - begin)
        },
      ),
      { numRuns: 3000 },
    )
    expect(slowest).toBeLessThan(5000)
  })

  test.each([
    '1 0 obj(',
    '1 0 obj<',
    '1 0 obj %',
    '1 0 obj[1 ',
    'trailer<</A(',
    '1 0 obj<<>>stream\n',
  ])('a megabyte of %j does not take a megabyte of looks at each of its bytes', (piece) => {
    const bytes = Buffer.from(`%PDF-1.7\n${piece.repeat(2 ** 20 / piece.length)}`)
    const begin = performance.now()
    expect(() => readAll(bytes)).toThrow(PdfRefused)
    expect(performance.now() - begin).toBeLessThan(20_000)
  })

  test('noise is refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (noise) => {
        expect(() => readAll(Buffer.concat([Buffer.from('%PDF-1.7\n'), noise]))).toThrow(PdfRefused)
      }),
    )
  })
})
