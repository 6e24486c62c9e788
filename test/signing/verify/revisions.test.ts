import { describe, expect, it } from '@jest/globals'
import { verifyPdf } from '../../../src/signing/verify/verify-pdf.ts'
import {
  expectLaterChangeIsSeen,
  expectManipulated,
  honest,
  RICH,
  signer,
  verdict,
} from './support/attacked.ts'
import { CONTRACT, document, signed, stream, updated, type Objects } from './support/handmade.ts'

/** Incremental saving attacks: "1 Trillion Dollar Refund", Mladenov et al., CCS 2019. */

describe('the honest document', () => {
  it('passes', () => {
    expect(verdict(honest)).toMatchObject({
      indication: 'TOTAL-PASSED',
      coversWholeDocument: true,
      signatures: [{ profile: 'B-B', coverage: 'whole', revision: 1, signer: { name: 'Hand' } }],
    })
  })

  it('passes with white space behind it, and not with anything else', () => {
    expect(verdict(Buffer.concat([honest, Buffer.from('\r\n \n')])).indication).toBe('TOTAL-PASSED')
    expectManipulated(Buffer.concat([honest, Buffer.from('%')]))
  })

  it('is not trusted where its certificate is not', () => {
    const { report } = verifyPdf(honest, { anchors: [], now: Date.UTC(2026, 1) })
    expect(report).toMatchObject({
      indication: 'INDETERMINATE',
      subIndication: 'NO_CERTIFICATE_CHAIN_FOUND',
    })
  })

  it('is not trusted after its certificate’s end, nor before its beginning', () => {
    for (const year of [2024, 2036]) {
      const { report } = verifyPdf(honest, {
        anchors: [signer.certificate],
        now: Date.UTC(year, 0),
      })
      expect(report).toMatchObject({
        indication: 'INDETERMINATE',
        subIndication: 'OUT_OF_BOUNDS_NO_POE',
      })
    }
  })
})

describe('incremental saving', () => {
  it.each<readonly [string, Objects]>([
    ['other content', { 4: RICH }],
    [
      'another page’s content',
      { 3: CONTRACT[3]!.replace('/Contents 4 0 R', '/Contents 9 0 R'), 9: RICH },
    ],
    [
      'one more page',
      {
        2: '<</Type/Pages/Count 2/Kids[3 0 R 9 0 R]>>',
        9: '<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 10 0 R>>',
        10: RICH,
      },
    ],
    ['other resources', { 5: '<</Type/Font/Subtype/Type1/BaseFont/Symbol>>' }],
    ['a freed object', { 4: null }],
    [
      'a script on opening',
      {
        1: CONTRACT[1]!.replace('/Pages', '/OpenAction<</S/JavaScript/JS(app.alert(1))>>/Pages'),
      },
    ],
    ['a layer', { 1: CONTRACT[1]!.replace('/Pages', '/OCProperties<</OCGs[]/D<<>>>>/Pages') }],
    ['the signature taken away', { 6: CONTRACT[6]!.replace('/V 7 0 R', '') }],
    ['the field taken away', { 1: CONTRACT[1]!.replace('6 0 R', '') }],
    ['another value of the signature', { 7: '<</Type/Sig/Name(Somebody)>>' }],
    [
      'an annotation',
      {
        3: CONTRACT[3]!.replace('[6 0 R]', '[6 0 R 9 0 R]'),
        9: '<</Type/Annot/Subtype/FreeText/Rect[0 180 300 220]/Contents(Pay 999)/AP<</N 10 0 R>>>>',
        10: stream('', '/Type/XObject/Subtype/Form/BBox[0 0 1 1]'),
      },
    ],
    [
      'an unsigned field that shows something',
      {
        1: CONTRACT[1]!.replace('[6 0 R]', '[6 0 R 9 0 R]'),
        3: CONTRACT[3]!.replace('[6 0 R]', '[6 0 R 9 0 R]'),
        9: '<</Type/Annot/Subtype/Widget/FT/Sig/T(Other)/Rect[0 180 300 220]/P 3 0 R/AP<</N 10 0 R>>>>',
        10: stream('', '/Type/XObject/Subtype/Form/BBox[0 0 1 1]'),
      },
    ],
    [
      'a field that acts',
      {
        1: CONTRACT[1]!.replace('[6 0 R]', '[6 0 R 9 0 R]'),
        9: '<</FT/Sig/T(Other)/Rect[0 0 0 0]/AA<</E<</S/JavaScript/JS(x)>>>>>>',
      },
    ],
    [
      'a text field',
      { 1: CONTRACT[1]!.replace('[6 0 R]', '[6 0 R 9 0 R]'), 9: '<</FT/Tx/T(Other)/V(x)>>' },
    ],
    [
      'validation data in place of content',
      {
        1: CONTRACT[1]!.replace('/Pages', '/DSS<</Certs[4 0 R]>>/Pages'),
        4: RICH,
      },
    ],
  ])('%s', (_name, objects) => expectLaterChangeIsSeen(honest, updated(honest, objects)))

  it('without a table, without an end, with a table that nobody points to', () => {
    const objects = `4 0 obj\n${RICH}\nendobj\n`
    const table = 'xref\n4 1\n0000000000 00000 n \ntrailer\n<</Size 8/Root 1 0 R>>\n'
    expectManipulated(Buffer.concat([honest, Buffer.from(objects)]))
    expectManipulated(Buffer.concat([honest, Buffer.from(`${objects}%%EOF\n`)]))
    expectManipulated(Buffer.concat([honest, Buffer.from(objects + table)]))
    expectManipulated(updated(honest, { 4: RICH }, { end: '' }))
  })

  it('with a copy of the signature, so that the last revision has one, too', () => {
    const copy = /7 0 obj\n([\s\S]*?)\nendobj/.exec(honest.toString('latin1'))![1]!
    expectManipulated(updated(honest, { 4: RICH, 7: copy }))
    expectManipulated(
      updated(honest, { 4: RICH, 6: CONTRACT[6]!.replace('7 0 R', '9 0 R'), 9: copy }),
    )
  })

  it('beside the signed revision: its chain of tables leaves it out', () => {
    const base = document({ ...CONTRACT, 6: CONTRACT[6]!.replace('/V 7 0 R', ''), 7: null })
    const whole = signed(updated(base, { 6: CONTRACT[6]!, 7: CONTRACT[7]! }), signer)
    const first = Number(/startxref\s+(\d+)/.exec(base.toString('latin1'))![1])
    expect(verdict(whole).indication).toBe('TOTAL-PASSED')
    const copy = /7 0 obj\n([\s\S]*?)\nendobj/.exec(whole.toString('latin1'))![1]!
    expectManipulated(updated(whole, { 4: RICH, 6: CONTRACT[6]!, 7: copy }, { prev: first }))
  })

  it('another catalog, of the same document', () => {
    const prepared = signed(
      document({ ...CONTRACT, 11: CONTRACT[1]!.replace('2 0 R', '12 0 R') }),
      signer,
    )
    const after = updated(prepared, { 12: CONTRACT[2]! }, { root: '11 0 R' })
    expectLaterChangeIsSeen(prepared, after)
  })
})
