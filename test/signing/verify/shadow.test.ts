import { describe, expect, it } from '@jest/globals'
import {
  expectLaterChangeIsSeen,
  expectManipulated,
  honest,
  RICH,
  signer,
  verdict,
} from './support/attacked.ts'
import { CONTRACT, document, signed, stream, tableOf, updated } from './support/handmade.ts'

/** "Shadow Attacks: Hiding and Replacing Content in Signed PDFs", Mainka et al., NDSS 2021; and documents that
 *  were prepared so that a reader of revisions sees what is not there. */

describe('shadow attacks', () => {
  it('hide: what lies over the text is taken away', () => {
    const overlay = '<</Type/Annot/Subtype/Stamp/Rect[0 180 300 220]/AP<</N 10 0 R>>>>'
    const prepared = signed(
      document({
        ...CONTRACT,
        3: CONTRACT[3]!.replace('[6 0 R]', '[6 0 R 9 0 R]'),
        9: overlay,
        10: stream('0 0 1 1 re f', '/Type/XObject/Subtype/Form/BBox[0 0 1 1]'),
      }),
      signer,
    )
    expectLaterChangeIsSeen(prepared, updated(prepared, { 3: CONTRACT[3]! }))
    expectLaterChangeIsSeen(prepared, updated(prepared, { 10: null }))
    expectLaterChangeIsSeen(prepared, updated(prepared, { 9: overlay.replace('300 220', '1 181') }))
  })

  it('replace: a font draws other letters', () => {
    const font = '<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding<</Differences[49/nine]>>>>'
    expectLaterChangeIsSeen(honest, updated(honest, { 5: font }))
  })

  it('replace: the appearance of a field of the form', () => {
    const field =
      '<</Type/Annot/Subtype/Widget/FT/Tx/T(Sum)/V(100)/Rect[0 180 300 220]/P 3 0 R/AP<</N 10 0 R>>>>'
    const prepared = signed(
      document({
        ...CONTRACT,
        1: CONTRACT[1]!.replace('[6 0 R]', '[6 0 R 9 0 R]'),
        3: CONTRACT[3]!.replace('[6 0 R]', '[6 0 R 9 0 R]'),
        9: field,
        10: stream('100', '/Type/XObject/Subtype/Form/BBox[0 0 1 1]'),
      }),
      signer,
    )
    expect(verdict(prepared).indication).toBe('TOTAL-PASSED')
    const after = updated(prepared, {
      10: stream('999', '/Type/XObject/Subtype/Form/BBox[0 0 1 1]'),
    })
    const values = updated(prepared, { 9: field.replace('(100)', '(999)') })
    // The signer did not say that values may change: neither right nor wrong, and never passed.
    for (const one of [after, values])
      expect(verdict(one)).toMatchObject({
        indication: 'INDETERMINATE',
        subIndication: 'SIG_CONSTRAINTS_FAILURE',
      })
  })

  it('hide and replace: the other document is in the signed bytes already', () => {
    const hidden = `4 0 obj\n${RICH}\nendobj\n`
    const prepared = signed(document(CONTRACT, { raw: hidden }), signer)
    const at = prepared.indexOf(hidden, 0, 'latin1')
    expectLaterChangeIsSeen(prepared, updated(prepared, {}, { entries: { 4: at } }))
  })

  it('hide and replace: the table that shows it is in the signed bytes already', () => {
    // Placed before the real table and pointing forward to it: as if the file were linearised.
    const draft = document(CONTRACT, { raw: ''.padEnd(2000) })
    const text = draft.toString('latin1')
    const room = text.indexOf(' '.repeat(2000))
    const real = Number(/startxref\s+(\d+)/.exec(text)![1])
    const hidden = `4 0 obj\n${RICH}\nendobj\n`
    const table = tableOf(new Map([[4, room]]), { prev: real })
    const prepared = signed(
      Buffer.from(
        text.slice(0, room) + (hidden + table).padEnd(2000) + text.slice(room + 2000),
        'latin1',
      ),
      signer,
    )
    const evil = room + hidden.length
    expect(verdict(prepared).indication).toBe('TOTAL-PASSED')
    expectManipulated(Buffer.concat([prepared, Buffer.from(`startxref\n${evil}\n%%EOF\n`)]))
    const quiet = updated(
      prepared,
      { 1: CONTRACT[1]!.replace('/Pages', '/DSS<<>>/Pages') },
      { prev: evil },
    )
    expectManipulated(quiet)
  })

  it('a reference that led nowhere finds an object', () => {
    const prepared = signed(
      document({
        ...CONTRACT,
        3: CONTRACT[3]!.replace('/Contents 4 0 R', '/Contents[4 0 R 50 0 R]'),
      }),
      signer,
    )
    const store = { 1: CONTRACT[1]!.replace('/Pages', '/DSS<</Certs[50 0 R]>>/Pages'), 50: RICH }
    expectLaterChangeIsSeen(prepared, updated(prepared, store))
  })
})

describe('a signed revision that reaches beyond its end', () => {
  const appendix = (bytes: Buffer, more: string) =>
    Buffer.concat([bytes, Buffer.from(more, 'latin1')])
  const harmless = { 1: CONTRACT[1]!.replace('/Pages', '/DSS<<>>/Pages') }

  it('an object that stands behind it', () => {
    const draft = document(
      { ...CONTRACT, 3: CONTRACT[3]!.replace('4 0 R', '[4 0 R 50 0 R]') },
      { entries: { 50: 7500 } },
    )
    const prepared = signed(draft, signer)
    expect(prepared.length).toBeLessThan(7500)
    const hidden = appendix(
      prepared,
      '\n'.repeat(7500 - prepared.length) + `50 0 obj\n${RICH}\nendobj\n`,
    )
    expectManipulated(updated(hidden, harmless, { prev: tableAt(prepared) }))
  })

  it('a stream that ends behind it', () => {
    const long = stream('BT (Pay 100) Tj ET').replace(/Length \d+/, 'Length 9000')
    const prepared = signed(document({ ...CONTRACT, 4: long }), signer)
    const data = prepared.indexOf('BT (Pay', 0, 'latin1')
    const hidden = appendix(
      prepared,
      ' '.repeat(data + 9000 - prepared.length) + '\nendstream\nendobj\n',
    )
    expectManipulated(updated(hidden, harmless, { prev: tableAt(prepared) }))
  })

  it('a stream that ends behind it for who believes its length', () => {
    const long = stream('BT (Pay 100) Tj ET').replace(/Length \d+/, 'Length 9000')
    expectManipulated(updated(signed(document({ ...CONTRACT, 4: long }), signer), harmless))
  })

  it('a table that stands behind it', () => {
    const prepared = signed(document(CONTRACT, { trailer: '/XRefStm 9000' }), signer)
    const entries = Buffer.from([1, 0x23, 0xf0, 0])
    const hidden = `50 0 obj\n<</Type/XRef/W[1 2 1]/Index[51 1]/Size 52/Root 1 0 R/Length 4>>\nstream\n${entries.toString('latin1')}\nendstream\nendobj\n`
    const whole = appendix(prepared, '\n'.repeat(9000 - prepared.length) + hidden)
    expectManipulated(updated(whole, harmless, { prev: tableAt(prepared) }))
  })

  const tableAt = (bytes: Buffer) => Number(/startxref\s+(\d+)/.exec(bytes.toString('latin1'))![1])
})
