import { describe, expect, it } from '@jest/globals'
import { expectLaterChangeIsSeen, honest, RICH, signer, verdict } from './support/attacked.ts'
import {
  CONTRACT,
  document,
  signatureObject,
  signed,
  stream,
  tableOf,
  updated,
} from './support/handmade.ts'

/** Tables of a later revision that two readers read in two ways, or that make one of them search the file. */

const STORE = CONTRACT[1]!.replace('/Pages', '/DSS<<>>/Pages')
const EVIL_PAGE = CONTRACT[3]!.replace('/Contents 4 0 R', '/Contents 9 0 R')
const tableAt = (bytes: Buffer) => Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(String(bytes))![1])
const later = (change: (text: string) => string, bytes: Buffer = updated(honest, { 1: STORE })) =>
  Buffer.concat([
    honest,
    Buffer.from(change(bytes.subarray(honest.length).toString('latin1')), 'latin1'),
  ])

/** Type, two fields. */
type Row = readonly [number, number, number, number]

/** A revision with a cross-reference stream, and with an object stream 40 of what is given. */
function streamed(
  packed: readonly (readonly [number, string])[],
  rows: readonly Row[],
  { before = honest, extra = '' } = {},
): Buffer {
  const head = packed
    .map(([number], index) => {
      const earlier = packed.slice(0, index).map(([, text]) => text)
      return `${number} ${earlier.join(' ').length + (index === 0 ? 0 : 1)}`
    })
    .join(' ')
  const data = `${head} ${packed.map(([, text]) => text).join(' ')}`
  const container = stream(data, `/Type/ObjStm/N ${packed.length}/First ${head.length + 1}`)
  const first = `40 0 obj\n${container}\nendobj\n`
  const at = before.length + first.length
  const all: Row[] = [...rows, [40, 1, before.length, 0], [41, 1, at, 0]]
  const entries = all.map(([, type, second, third]) => {
    const row = Buffer.from([type, 0, 0, 0, 0, 0, third])
    row.writeUInt32BE(second, 1)
    return row.toString('latin1')
  })
  const index = all.map(([number]) => `${number} 1`).join(' ')
  const table = stream(
    entries.join(''),
    `/Type/XRef/W[1 4 2]/Index[${index}]/Size 101/Root 1 0 R/Prev ${tableAt(before)}${extra}`,
  )
  const text = `${first}41 0 obj\n${table}\nendobj\nstartxref\n${at}\n%%EOF\n`
  return Buffer.concat([before, Buffer.from(text, 'latin1')])
}

describe('a cross-reference stream', () => {
  const page = CONTRACT[3]!

  it('may place again what stays as it was', () => {
    expect(verdict(streamed([[3, page]], [[3, 2, 40, 0]]))).toMatchObject({
      indication: 'TOTAL-PASSED',
      signatures: [{ coverage: 'whole' }],
    })
  })

  it.each<readonly [string, readonly (readonly [number, string])[], Row]>([
    [
      'another number at the index',
      [
        [60, EVIL_PAGE],
        [3, page],
      ],
      [3, 2, 40, 0],
    ],
    [
      'one number twice, the second counts',
      [
        [3, EVIL_PAGE],
        [3, page],
      ],
      [3, 2, 40, 1],
    ],
    [
      'one number twice, the first counts',
      [
        [3, page],
        [3, EVIL_PAGE],
      ],
      [3, 2, 40, 0],
    ],
    ['a kind of entry that there is not', [[60, 'null']], [4, 3, 0, 0]],
    ['one number in two places', [[3, EVIL_PAGE]], [3, 1, honest.indexOf('3 0 obj'), 0]],
  ])('but not with %s', (_what, packed, row) => {
    const rows: Row[] = _what.includes('places') ? [row, [3, 2, 40, 0]] : [row]
    expectLaterChangeIsSeen(honest, streamed(packed, rows))
  })

  it('is no picture whose font is replaced', () => {
    const draft = document({
      ...CONTRACT,
      3: CONTRACT[3]!.replace('/Resources<<', '/Resources<</XObject<</X 41 0 R>>'),
      31: CONTRACT[5]!,
    })
    const extra = '/Subtype/Form/BBox[0 0 9 9]/Resources<</Font<</F 31 0 R>>>>'
    const both = streamed([[60, 'null']], [[60, 2, 40, 0]], { before: draft, extra })
    const before = signed(both, signer)
    const after = {
      1: CONTRACT[1]!.replace('/Pages', '/DSS<</Certs[31 0 R]>>/Pages'),
      31: '<</Type/Font/Subtype/Type1/BaseFont/Symbol>>',
    }
    expectLaterChangeIsSeen(before, updated(before, after))
  })
})

describe('a table', () => {
  it('is one, not one behind another that takes things away', () => {
    const [at, prev] = [honest.length, tableAt(honest)]
    const shown = tableOf(new Map([[4, honest.indexOf('4 0 obj')]]), { prev })
    const freed = (next: number) => tableOf(new Map([[4, null]]), { prev: next })
    // As many digits, whatever the number.
    const text = freed(at + freed(at).length) + shown
    expectLaterChangeIsSeen(
      honest,
      Buffer.concat([honest, Buffer.from(`${text}startxref\n${at}\n%%EOF\n`, 'latin1')]),
    )
  })

  it.each<readonly [string, (text: string) => string]>([
    ['with a comment in it', (text) => text.replace('00000 n', '00000 %\n n')],
    ['with other columns', (text) => text.replace(' 00000 n', '  00000 n')],
    ['with a stream that is not there', (text) => text.replace('/Root', '/XRefStm(x)/Root')],
    ['that follows a reference', (text) => text.replace(/\/Prev \d+/, '$& 0 R')],
    ['counted from one', (text) => text.replace('xref\n', 'xref\n1 1\n0000000000 65535 f \n')],
    ['behind where the file says', (text) => text.replace('xref\n1', '%\nxref\n1')],
  ])('is plain: not %s', (_what, change) => {
    expect(verdict(updated(honest, { 1: STORE })).indication).toBe('TOTAL-PASSED')
    expectLaterChangeIsSeen(honest, later(change))
  })

  it('says exactly where an object is', () => {
    const moved = (text: string) =>
      text.replace(/startxref\n(\d+)/, (_, at: string) => `startxref\n${Number(at) + 2}`)
    expectLaterChangeIsSeen(
      honest,
      later((text) => `%\n${moved(text)}`),
    )
  })

  it('does not bring objects to light that lay behind the size before', () => {
    const draft = document({
      ...CONTRACT,
      3: CONTRACT[3]!.replace('4 0 R', '[4 0 R 150 0 R]'),
      150: RICH,
    })
    const small = draft.toString('latin1').replace('/Size 151', '/Size 101')
    const before = signed(Buffer.from(small, 'latin1'), signer)
    expectLaterChangeIsSeen(before, updated(before, { 1: STORE, 160: 'null' }))
  })
})

describe('what was signed twice', () => {
  it('is commented on only where both signers permit it', () => {
    const level = '/Reference[<</TransformMethod/DocMDP/TransformParams<</P 3>>>>]'
    const catalog = CONTRACT[1]!.replace('/Pages', '/Perms<</DocMDP 7 0 R>>/Pages')
    const certified = signed(
      document({ ...CONTRACT, 1: catalog, 7: signatureObject(level) }),
      signer,
    )
    const more = {
      1: catalog.replace('[6 0 R]', '[6 0 R 9 0 R]'),
      9: '<</FT/Sig/T(Second)/Rect[0 0 0 0]/V 10 0 R>>',
      10: signatureObject(),
    }
    const both = signed(updated(certified, more), signer)
    const comment = {
      3: CONTRACT[3]!.replace('[6 0 R]', '[6 0 R 12 0 R]'),
      12: '<</Type/Annot/Subtype/FreeText/Rect[0 180 300 220]/Contents(Pay 999)>>',
    }
    expect(verdict(updated(certified, comment)).indication).toBe('TOTAL-PASSED')
    expect(verdict(both).indication).toBe('TOTAL-PASSED')
    const [first, second] = verdict(updated(both, comment)).signatures
    expect(first?.indication).toBe('TOTAL-PASSED')
    expect(second?.indication).toBe('TOTAL-FAILED')
  })
})
