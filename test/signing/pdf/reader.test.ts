import { closeSync, openSync } from 'node:fs'
import { afterAll, describe, expect, test } from '@jest/globals'
import { catalogOf, readPdf } from '../../../src/signing/pdf/file.ts'
import { fieldsOf } from '../../../src/signing/pdf/fields.ts'
import { pageAt, pagesOf, shownBox } from '../../../src/signing/pdf/pages.ts'
import { bufferSource, fileSource } from '../../../src/signing/pdf/source.ts'
import { nameOf } from '../../../src/signing/pdf/values.ts'
import { minimalPdf, streamOf, updatedPdf, type XrefKind } from '../support/minimal-pdf.ts'
import { folder } from '../support/tools.ts'

const KINDS: readonly XrefKind[] = ['table', 'stream', 'hybrid']
const files = folder()
afterAll(() => files.remove())

const refusal = (bytes: Uint8Array, options = {}) => {
  try {
    const file = readPdf(bytes, options)
    for (const page of pagesOf(file.view)) shownBox(file.view, page)
    return undefined
  } catch (error) {
    return (error as { code?: string }).code
  }
}

describe.each(KINDS)('a document with a cross-reference of the kind %s', (kind) => {
  const bytes = minimalPdf({ kind, pages: 3 })

  test('its pages are found, from memory and from a file', () => {
    const descriptor = openSync(files.put(`${kind}.pdf`, bytes), 'r')
    try {
      for (const source of [bufferSource(bytes), fileSource(descriptor, bytes.length)]) {
        const file = readPdf(source)
        expect(file.revisions.map((one) => one.kind)).toEqual([kind])
        expect(file.revisions[0]?.end).toBe(bytes.length)
        expect(file.revisions[0]?.eof).toBe(bytes.length - 1)
        expect([...pagesOf(file.view)]).toHaveLength(3)
        expect(shownBox(file.view, pageAt(file.view, -1))).toEqual([0, 0, 595, 842])
      }
    } finally {
      closeSync(descriptor)
    }
  })

  test('every object is there, and knows where it stands', () => {
    const { view } = readPdf(bytes)
    for (const number of view.numbers()) {
      const object = view.object(number)
      expect(object?.ref.number).toBe(number)
      if (object?.place.kind !== 'file') continue
      const raw = bytes.toString('latin1', object.place.start, object.place.start + 12)
      expect(raw).toMatch(new RegExp(`^${number} 0 obj`))
    }
  })
})

describe('revisions', () => {
  const first = minimalPdf()
  const second = updatedPdf(first, new Map([[1, '<< /Type /Catalog /Pages 2 0 R /Lang (fa) >>']]))

  test('each one is seen as it was', () => {
    const file = readPdf(second)
    expect(file.revisions.map(({ end }) => end)).toEqual([first.length, second.length])
    expect(catalogOf(file.viewAt(0)).dict.entries.has('Lang')).toBe(false)
    expect(catalogOf(file.view).dict.entries.has('Lang')).toBe(true)
  })

  test('bytes behind the last %%EOF belong to none', () => {
    const file = readPdf(Buffer.concat([second, Buffer.from('\n\n')]))
    expect(file.revisions.at(-1)?.end).toBe(second.length)
  })

  test('a chain that runs in a circle is refused', () => {
    const at = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(second.toString('latin1'))?.[1] ?? ''
    const previous = /\/Prev (\d+)/.exec(second.toString('latin1'))?.[1] ?? ''
    const text = second
      .toString('latin1')
      .replace(`/Prev ${previous}`, `/Prev ${at.padStart(previous.length, '0')}`)
    expect(refusal(Buffer.from(text, 'latin1'), { damaged: 'refuse' })).toBe('damaged')
  })
})

describe('damage', () => {
  const bytes = minimalPdf({ pages: 2 })
  const text = bytes.toString('latin1')
  const broken: readonly (readonly [string, string])[] = [
    ['no startxref', text.replace('startxref', 'startxxxx')],
    ['startxref that leads nowhere', text.replace(/startxref\n\d+/, 'startxref\n7')],
    ['a table that lies', text.replaceAll(/\d{10} 00000 n/g, '0000000011 00000 n')],
    ['a cut tail', text.slice(0, text.indexOf('trailer'))],
  ]

  test.each(broken)('%s: found by searching, or refused when that is not wanted', (_, damaged) => {
    const given = Buffer.from(damaged, 'latin1')
    const file = readPdf(given)
    expect(file.isRebuilt).toBe(true)
    expect([...pagesOf(file.view)]).toHaveLength(2)
    expect(refusal(given, { damaged: 'refuse' })).toMatch(/damaged|no_catalog|no_pages/)
  })

  test('what is no PDF is said so', () => {
    expect(refusal(Buffer.from('<html>'))).toBe('not_pdf')
    expect(refusal(Buffer.alloc(0))).toBe('not_pdf')
    expect(refusal(Buffer.from('%PDF-1.7\n'))).toBe('no_catalog')
  })
})

describe('bounds', () => {
  test('a page tree in a circle, and one that is too deep', () => {
    const circle = minimalPdf({ objects: ['<< /Type /Pages /Kids [20 0 R] >>'] })
    const turned = Buffer.from(
      circle
        .toString('latin1')
        .replace('/Pages 2 0 R', '/Pages 20 0 R')
        .replace('/Kids [3 0 R]', '/Kids [3 0 R]'),
      'latin1',
    )
    expect(refusal(turned)).toBe('damaged')
  })

  test('a length that refers to itself', () => {
    const bytes = minimalPdf({ objects: ['<< /Length 20 0 R >>\nstream\nabc\nendstream'] })
    const { view } = readPdf(bytes)
    const object = view.object(20)?.value
    expect(
      object &&
        typeof object === 'object' &&
        object.type === 'stream' &&
        view.data(object).toString(),
    ).toBe('abc')
  })

  test('a reference that leads back to itself', () => {
    const { view } = readPdf(minimalPdf({ objects: ['21 0 R', '20 0 R'] }))
    expect(() => view.resolve({ type: 'ref', number: 20, generation: 0 })).toThrow(/circle/)
  })

  test('a stream that unpacks to more than is allowed', async () => {
    const { deflateSync } = await import('node:zlib')
    const bomb = deflateSync(Buffer.alloc(80 * 1024 * 1024))
    const bytes = minimalPdf({
      objects: [streamOf('/Filter /FlateDecode', bomb.toString('latin1'))],
    })
    const { view } = readPdf(bytes)
    const object = view.object(20)?.value
    expect(
      () => object && typeof object === 'object' && object.type === 'stream' && view.data(object),
    ).toThrow(/too_large/)
  })

  test('a table that promises more entries than there can be', () => {
    const text = minimalPdf().toString('latin1').replace('xref\n0 ', 'xref\n0 99999999')
    expect(refusal(Buffer.from(text, 'latin1'), { damaged: 'refuse' })).toMatch(
      /too_complex|damaged/,
    )
  })

  test('object numbers beyond the standard', () => {
    const text = minimalPdf().toString('latin1').replace('xref\n0 ', 'xref\n9999999 ')
    expect(refusal(Buffer.from(text, 'latin1'), { damaged: 'refuse' })).toBe('damaged')
  })
})

describe('fields', () => {
  test('names, kinds and values are inherited; widgets are told from fields', () => {
    const { view } = readPdf(
      minimalPdf({
        catalog: '/AcroForm << /Fields [20 0 R 23 0 R] >>',
        objects: [
          '<< /T (a) /FT /Tx /V (x) /Kids [21 0 R 22 0 R] >>',
          '<< /T (b) /Parent 20 0 R /Subtype /Widget >>',
          '<< /T (c) /FT /Sig /V null /Parent 20 0 R /Kids [24 0 R] >>',
          '<< /T (d) /FT /Sig /Kids [25 0 R 26 0 R] >>',
          '<< /Subtype /Widget >>',
          '<< /Subtype /Widget >>',
          '<< /Subtype /Widget >>',
        ],
      }),
    )
    const found = [...fieldsOf(view)].map(({ name, kind, widgets }) => [name, kind, widgets.length])
    expect(found).toEqual([
      ['a.b', 'Tx', 1],
      ['a.c', 'Sig', 1],
      ['d', 'Sig', 2],
    ])
    expect(nameOf(view.get(pageAt(view, 1).dict, 'Type'))).toBe('Page')
  })

  test('a circle is refused', () => {
    const { view } = readPdf(
      minimalPdf({
        catalog: '/AcroForm << /Fields [20 0 R] >>',
        objects: ['<< /T (a) /Kids [21 0 R] >>', '<< /T (b) /Kids [20 0 R] >>'],
      }),
    )
    expect(() => [...fieldsOf(view)]).toThrow(/circle/)
  })
})
