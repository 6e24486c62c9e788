import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { cursorOver } from '../../../src/signing/pdf/cursor.ts'
import { parseValue } from '../../../src/signing/pdf/parse.ts'
import { PdfRefused } from '../../../src/signing/pdf/refused.ts'
import { serialise } from '../../../src/signing/pdf/serialise.ts'
import {
  array,
  dict,
  hexString,
  is,
  name,
  nameOf,
  ref,
  textOf,
  textString,
  type PdfValue,
} from '../../../src/signing/pdf/values.ts'

const parse = (text: string) => parseValue(cursorOver(Buffer.from(text, 'latin1')))
const bytesOf = (value: PdfValue) =>
  is(value, 'string') ? Buffer.from(value.bytes).toString('latin1') : undefined

describe('objects of a PDF', () => {
  test.each([
    ['(a\\(b\\)c)', 'a(b)c'],
    ['(a(b)c)', 'a(b)c'],
    ['(\\101\\7z)', 'A\x07z'],
    ['(one\\\ntwo)', 'onetwo'],
    ['(one\r\ntwo)', 'one\ntwo'],
    ['<48 65\n6c6C 6f>', 'Hello'],
    ['<7>', 'p'],
  ])('the string %j', (text, expected) => {
    expect(bytesOf(parse(text))).toBe(expected)
  })

  test.each([
    ['12', 12],
    ['-.5', -0.5],
    ['+3.', 3],
    ['--7', -7],
    ['4 0', 4],
    ['true', true],
    ['null', null],
  ])('the word %j', (text, expected) => {
    expect(parse(text)).toBe(expected)
  })

  test('names, references and comments', () => {
    expect(nameOf(parse('/A#20B'))).toBe('A B')
    expect(parse('12 0 R')).toEqual(ref(12))
    const value = parse('[% a comment\n1 0 R 5 (x)]')
    expect(is(value, 'array') && value.items.length).toBe(3)
  })

  test('where a dictionary stands, and that a key stands twice', () => {
    const value = parse('  <</A 1/A 2>>')
    expect(value).toMatchObject({ type: 'dict', start: 2, end: 14, hasDuplicates: true })
    expect(is(value, 'dict') && value.entries.get('A')).toBe(2)
  })

  test.each(['[', '<<', '(', '<48', '<<1 2>>', 'foo', ')', '>', '<zz>', '<< /A 1 > >'])(
    '%j is refused',
    (text) => {
      expect(() => parse(text)).toThrow(PdfRefused)
    },
  )

  test('nesting has an end, also when nothing closes', () => {
    expect(() => parse('['.repeat(5000))).toThrow(/too_complex/)
    expect(() => parse('<</A'.repeat(5000))).toThrow(/too_complex/)
    expect(() => parse('[1 '.repeat(50) + ']'.repeat(50))).not.toThrow()
  })

  test('what is written is read again', () => {
    fc.assert(
      fc.property(value(), (given) => {
        expect(plain(parse(serialise(given)))).toEqual(plain(given))
      }),
    )
  })

  test('text in every script is written and read again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(textOf(parse(serialise(textString(text))))).toBe(text)
      }),
    )
  })
})

/** Without offsets. */
function plain(given: PdfValue): unknown {
  if (typeof given !== 'object' || given === null) return given
  if (given.type === 'string') return Buffer.from(given.bytes).toString('hex')
  if (given.type === 'array') return given.items.map(plain)
  if (given.type === 'dict') return [...given.entries].map(([key, one]) => [key, plain(one)])
  return given
}

function value(): fc.Arbitrary<PdfValue> {
  const latin1 = fc.string({
    unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)),
  })
  const number = fc.oneof(
    fc.integer(),
    fc.double({ min: -1e9, max: 1e9, noNaN: true }).map((one) => Math.round(one * 1000) / 1000 + 0),
  )
  const { tree } = fc.letrec<{ tree: PdfValue }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constantFrom<PdfValue>(null, true, false),
      number,
      latin1.map(name),
      fc.uint8Array().map(hexString),
      fc.uint8Array().map((bytes) => ({ ...hexString(bytes), isHex: false })),
      fc.tuple(fc.nat(1000), fc.nat(10)).map(([one, two]) => ref(one, two)),
      fc.array(tie('tree')).map((items) => array(...items)),
      fc.dictionary(latin1, tie('tree'), { noNullPrototype: true }).map(dict),
    ),
  }))
  return tree
}
