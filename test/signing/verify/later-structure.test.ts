import { describe, expect, it } from '@jest/globals'
import {
  expectLaterChangeIsSeen,
  expectManipulated,
  honest,
  RICH,
  signer,
  verdict,
} from './support/attacked.ts'
import { CONTRACT, document, signed, stream, updated, type Objects } from './support/handmade.ts'

/** What a later revision may be said to be while it is something else: one object with two roles, tables that two
 *  readers read in two ways, bytes that no table lists. */

const prepared = (objects: Objects) => signed(document({ ...CONTRACT, ...objects }), signer)
const EVIL_TREE: Objects = {
  20: '<</Count 1/Kids[21 0 R]>>',
  21: '<</Parent 20 0 R/MediaBox[0 0 300 300]/Resources<</Font<</F1 5 0 R>>>>/Contents 22 0 R>>',
  22: RICH,
}
/** A dictionary that may have anything in it. */
const holding = (...numbers: number[]) =>
  `/Extensions<</X[${numbers.map((number) => `${number} 0 R`).join(' ')}]>>`
const STORE = CONTRACT[1]!.replace('/Pages', '/DSS<<>>/Pages')

describe('an object with two roles', () => {
  const evil = CONTRACT[1]!.replace('/Pages 2 0 R', `${holding(20)}/Pages 20 0 R`)

  it('the catalog is the document information, too', () => {
    const script = CONTRACT[1]!.replace('/Pages', '/OpenAction<</S/JavaScript/JS(x)>>/Pages')
    expectLaterChangeIsSeen(honest, updated(honest, { 1: script }, { trailer: '/Info 1 0 R' }))
  })

  it.each([
    ['validation data', '/DSS<</Certs[1 0 R]>>'],
    ['an extension', '/Extensions<</X[1 0 R]>>'],
    ['metadata', '/Metadata 1 0 R'],
  ])('the catalog is %s, too', (_what, entry) => {
    const untyped = (text: string) => text.replace('/Type/Catalog', entry)
    const before = prepared({
      1: CONTRACT[1]!.replace('/Type/Catalog', '/DSS<<>>/Extensions<<>>/Metadata 30 0 R'),
      30: stream('x'),
    })
    expectLaterChangeIsSeen(before, updated(before, { 1: untyped(evil), ...EVIL_TREE }))
    const script = CONTRACT[1]!
      .replace('/Pages', `${entry}/OpenAction<</S/JavaScript/JS(x)>>/Pages`)
      .replace('/Type/Catalog', '')
    expectLaterChangeIsSeen(honest, updated(honest, { 1: script }))
  })

  /** Names of resources are keys of dictionaries: any dictionary will do. */
  const using = (name: string, dictionary: string, operator: string): Objects => ({
    3: CONTRACT[3]!.replace('/Font', `/${dictionary}/Font`),
    4: stream(`/${name} ${operator}`),
  })
  const form = { 31: stream('0 0 9 9 re f', '/Type/XObject/Subtype/Form/BBox[0 0 9 9]') }

  it('the catalog is a dictionary of pictures', () => {
    const before = prepared(using('DSS', 'XObject 1 0 R', 'Do'))
    const after = { 1: CONTRACT[1]!.replace('/Pages', '/DSS 31 0 R/Pages'), ...form }
    expectLaterChangeIsSeen(before, updated(before, after))
  })

  it('the catalog is a dictionary of fonts', () => {
    const before = prepared(using('DSS', 'ExtGState 1 0 R', 'gs'))
    expectLaterChangeIsSeen(before, updated(before, { 1: STORE }))
  })

  it.each(['/DA 31 0 R', '/NeedAppearances 31 0 R', '/SigFlags 31 0 R', '/DR 31 0 R'])(
    'the form is a dictionary of pictures: %s',
    (entry) => {
      const catalog = CONTRACT[1]!.replace(/\/AcroForm.*/, '/AcroForm 30 0 R>>')
      const name = entry.slice(1).split(' ')[0]!
      const before = prepared({
        ...using(name, 'XObject 30 0 R', 'Do'),
        1: catalog,
        30: '<</Fields[6 0 R]>>',
      })
      const after = {
        1: catalog.replace('/Pages', `${holding(31)}/Pages`),
        30: `<</Fields[6 0 R]${entry}>>`,
        ...form,
      }
      expectLaterChangeIsSeen(before, updated(before, after))
    },
  )

  it.each(['/Tabs 31 0 R', '/StructParents 31 0 R'])('a page is one: %s', (entry) => {
    const name = entry.slice(1).split(' ')[0]!
    const resources = using(name, 'XObject 3 0 R', 'Do')
    const before = prepared(resources)
    const after = {
      1: CONTRACT[1]!.replace('/Pages', `${holding(31)}/Pages`),
      3: resources[3]!.replace('/Parent', `${entry}/Parent`),
      ...form,
    }
    expectLaterChangeIsSeen(before, updated(before, after))
  })

  it('a field that is signed later is one', () => {
    const field = '<</FT/Sig/T(Second)/Rect[0 0 0 0]>>'
    const objects = using('MK', 'XObject 9 0 R', 'Do')
    const before = prepared({
      ...objects,
      1: CONTRACT[1]!.replace('[6 0 R]', '[6 0 R 9 0 R]'),
      9: field,
    })
    const after = updated(before, {
      9: field.replace('/FT', '/MK 31 0 R/V 32 0 R/FT'),
      32: CONTRACT[7]!,
      ...form,
    })
    expect(verdict(before).indication).toBe('TOTAL-PASSED')
    const { indication, signatures } = verdict(signed(after, signer))
    expect(indication).toBe('TOTAL-FAILED')
    expect(signatures[0]?.indication).toBe('TOTAL-FAILED')
  })

  it('a font is a font by what calls itself a table', () => {
    const before = prepared({
      3: CONTRACT[3]!.replace(/\/Resources.*>>>>\/Contents/, '/Resources 30 0 R/Contents'),
      30: '<</Type/XRef/Font<</F1 5 0 R>>>>',
    })
    const after = {
      1: CONTRACT[1]!.replace('/Pages', '/DSS<</Certs[5 0 R]>>/Pages'),
      5: '<</Type/Font/Subtype/Type1/BaseFont/Symbol>>',
    }
    expectLaterChangeIsSeen(before, updated(before, after))
  })

  it('a picture uses a font and calls itself a table', () => {
    const before = prepared({
      3: CONTRACT[3]!.replace('/Resources<<', '/Resources<</XObject<</X 30 0 R>>'),
      30: stream('BT /F 9 Tf (1) Tj ET', '/Type/XRef/Subtype/Form/Resources<</Font<</F 31 0 R>>>>'),
      31: CONTRACT[5]!,
    })
    const after = {
      1: CONTRACT[1]!.replace('/Pages', '/DSS<</Certs[31 0 R]>>/Pages'),
      31: '<</Type/Font/Subtype/Type1/BaseFont/Symbol>>',
    }
    expectLaterChangeIsSeen(before, updated(before, after))
  })
})

describe('what one reader reads and another does not', () => {
  it('a key stands twice', () => {
    const twice = CONTRACT[3]!.replace('/Contents', '/Contents 9 0 R/Contents')
    expectLaterChangeIsSeen(honest, updated(honest, { 3: twice, 9: RICH }))
    const store = {
      1: CONTRACT[1]!.replace('/Pages', '/DSS<</Certs[9 0 R]>>/Pages 20 0 R/Pages'),
      ...EVIL_TREE,
    }
    expectLaterChangeIsSeen(honest, updated(honest, store))
    const before = prepared({ 3: twice, 9: stream('BT ET') })
    const after = { 1: CONTRACT[1]!.replace('/Pages', '/DSS<</Certs[9 0 R]>>/Pages'), 9: RICH }
    expectLaterChangeIsSeen(before, updated(before, after))
  })

  it('a key of the trailer stands twice', () => {
    const objects = { 1: STORE, 19: CONTRACT[1]!.replace('2 0 R', '20 0 R'), ...EVIL_TREE }
    expectLaterChangeIsSeen(
      honest,
      updated(honest, objects, { trailer: '/Root 1 0 R', root: '19 0 R' }),
    )
    const both = signed(
      document({ ...CONTRACT, ...objects }, { trailer: '/Root 1 0 R', root: '19 0 R' }),
      signer,
    )
    expectManipulated(updated(both, { 1: STORE }))
  })

  it('an object is damaged, before and after', () => {
    const damaged = (text: string) => stream(text, '/X 1.2.3')
    const before = prepared({ 4: damaged('BT (Pay 100) Tj ET') })
    expectLaterChangeIsSeen(before, updated(before, { 4: damaged('BT (Pay 999) Tj ET') }))
    expectManipulated(updated(honest, { 9: damaged(''), 1: STORE }))
  })

  it('a damaged object refers to others', () => {
    const before = prepared({
      3: CONTRACT[3]!.replace(/\/Resources.*>>>>\/Contents/, '/Resources 30 0 R/Contents'),
      30: '<</X 1.2.3/Font<</F1 5 0 R>>>>',
    })
    const after = {
      1: CONTRACT[1]!.replace('/Pages', '/DSS<</Certs[5 0 R]>>/Pages'),
      5: '<</Type/Font/Subtype/Type1/BaseFont/Symbol>>',
    }
    expectLaterChangeIsSeen(before, updated(before, after))
  })

  it('a table says two things of an object', () => {
    const at = honest.indexOf('4 0 obj', 0, 'latin1')
    const evil = updated(honest, { 1: STORE, 4: RICH }).toString('latin1')
    const row = /\n4 1\n(\d{10}) 00000 n \n/.exec(evil.slice(honest.length))![0]
    const old = row.replace(/\d{10}/, String(at).padStart(10, '0'))
    for (const rows of [old + row.slice(1), row + old.slice(1)])
      expectManipulated(
        Buffer.from(
          evil.slice(0, honest.length) + evil.slice(honest.length).replace(row, rows),
          'latin1',
        ),
      )
  })

  it('objects behind the size', () => {
    const after = updated(honest, { 1: STORE }).toString('latin1')
    const less = after.slice(honest.length).replace(/\/Size \d+/, '/Size 3')
    expectLaterChangeIsSeen(honest, Buffer.from(after.slice(0, honest.length) + less, 'latin1'))
  })

  it('a document begins with something else', () => {
    const text = document(CONTRACT).toString('latin1')
    const moved = text
      .replace(
        /(\d{10}) 00000 n/g,
        (_all, at: string) => `${String(Number(at) + 8).padStart(10, '0')} 00000 n`,
      )
      .replace(/startxref\n(\d+)/, (_all, at: string) => `startxref\n${Number(at) + 8}`)
    expectManipulated(signed(Buffer.from(`GIF89a;\n${moved}`, 'latin1'), signer))
  })
})

describe('bytes that no table lists', () => {
  const hidden = `4 0 obj\n${RICH}\nendobj\n`
  it.each([
    ['an object', hidden],
    ['a whole revision', updated(honest, { 4: RICH }).subarray(honest.length).toString('latin1')],
    ['an object in a comment', `% 4 0 obj ${RICH.replaceAll('\n', ' ')} endobj\n`],
    ['anything', 'Hello\n'],
  ])('%s', (_what, raw) => {
    expectLaterChangeIsSeen(honest, updated(honest, { 1: STORE }, { raw }))
    const prev = Number(/startxref\s+(\d+)/.exec(honest.toString('latin1'))![1])
    expectLaterChangeIsSeen(
      honest,
      updated(Buffer.concat([honest, Buffer.from(raw, 'latin1')]), { 1: STORE }, { prev }),
    )
  })

  it('between the table and the end', () => {
    const after = updated(honest, { 1: STORE }).toString('latin1')
    const at = after.lastIndexOf('startxref')
    expectLaterChangeIsSeen(
      honest,
      Buffer.from(after.slice(0, at) + hidden + after.slice(at), 'latin1'),
    )
  })
})
