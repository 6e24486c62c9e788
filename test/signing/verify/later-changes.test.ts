import { describe, expect, it } from '@jest/globals'
import {
  expectLaterChangeIsSeen,
  expectManipulated,
  honest,
  RICH,
  signer,
  verdict,
} from './support/attacked.ts'
import { CONTRACT, document, signatureObject, signed, stream, updated } from './support/handmade.ts'

/** What may be added; "Breaking the Specification: PDF Certification", Rohlmann et al., IEEE S&P 2021. */

describe('what may be added later', () => {
  it('a field and a signature in it', () => {
    const more = {
      1: CONTRACT[1]!.replace('[6 0 R]', '[6 0 R 9 0 R]'),
      3: CONTRACT[3]!.replace('[6 0 R]', '[6 0 R 9 0 R]'),
      9: CONTRACT[6]!.replace('(Sig)', '(Second)').replace('7 0 R', '10 0 R'),
      10: signatureObject(),
    }
    const both = signed(updated(honest, more), signer)
    expect(verdict(both)).toMatchObject({
      indication: 'TOTAL-PASSED',
      signatures: [{ coverage: 'signed-further' }, { coverage: 'whole' }],
    })
  })

  it('a field that is a page at the same time is none', () => {
    const prepared = signed(
      document({
        ...CONTRACT,
        1: CONTRACT[1]!.replace('[6 0 R]', '[6 0 R 20 0 R]'),
        2: '<</Type/Pages/Count 1/Kids[20 0 R]>>',
        3: CONTRACT[3]!.replace('/Parent 2 0 R', '/Parent 20 0 R'),
        20: '<</Type/Pages/Parent 2 0 R/Count 1/Kids[3 0 R]/FT/Sig/T(Tree)>>',
      }),
      signer,
    )
    const page =
      '<</Parent 20 0 R/Rect[0 0 0 0]/MediaBox[0 0 300 300]/Contents 22 0 R/AP<</N 22 0 R>>>>'
    const after = updated(prepared, {
      20: '<</Type/Pages/Parent 2 0 R/Count 1/Kids[3 0 R 21 0 R]/FT/Sig/T(Tree)>>',
      21: page,
      22: RICH,
    })
    expectLaterChangeIsSeen(prepared, after)
  })

  /** "Sneaky signature attack": the picture of a signature that nobody made lies over the signed page. */
  describe('but no picture that nobody signed for', () => {
    const listed = (...more: string[]) => ({
      1: CONTRACT[1]!.replace('[6 0 R]', `[6 0 R ${more[0]}]`),
      3: CONTRACT[3]!.replace('[6 0 R]', `[6 0 R ${more.at(-1)}]`),
    })
    const shown = '/Type/Annot/Subtype/Widget/Rect[0 180 300 220]/P 3 0 R/AP<</N 10 0 R>>'
    const picture = { 10: stream('0 0 1 1 re f', '/Type/XObject/Subtype/Form/BBox[0 0 1 1]') }

    it.each([
      ['a value that leads nowhere', '/V 99 0 R'],
      ['no value', '/V null'],
      ['a number for its value', '/V 1'],
    ])('in a new field with %s', (_what, value) => {
      const field = { 9: `<<${shown}/FT/Sig/T(Second)${value}>>` }
      expectLaterChangeIsSeen(honest, updated(honest, { ...listed('9 0 R'), ...field, ...picture }))
    })

    it('in a field that was empty', () => {
      const empty = '<</Type/Annot/Subtype/Widget/FT/Sig/T(Empty)/Rect[0 180 300 220]/P 3 0 R>>'
      const objects = { ...CONTRACT, ...listed('9 0 R'), 9: empty }
      const prepared = signed(document(objects), signer)
      const after = { 9: empty.replace('/P', '/V 99 0 R/AP<</N 10 0 R>>/P'), ...picture }
      expectLaterChangeIsSeen(prepared, updated(prepared, after))
    })

    it('in a widget of a new field that is not signed', () => {
      const field = { 9: '<</FT/Sig/T(Second)/Kids[11 0 R]>>', 11: `<<${shown}/Parent 9 0 R>>` }
      const after = { ...listed('9 0 R', '11 0 R'), ...field, ...picture }
      expectLaterChangeIsSeen(honest, updated(honest, after))
    })

    it('in another widget of a field that is signed already', () => {
      const after = {
        3: listed('11 0 R')[3],
        6: CONTRACT[6]!.replace('/FT', '/Kids[11 0 R]/FT'),
        11: `<<${shown}/Parent 6 0 R>>`,
        ...picture,
      }
      expectLaterChangeIsSeen(honest, updated(honest, after))
    })
  })

  const certified = (level: number) => {
    const reference = `/Reference[<</Type/SigRef/TransformMethod/DocMDP/TransformParams<</P ${level}/V/1.2>>>>]`
    return signed(
      document({
        ...CONTRACT,
        1: CONTRACT[1]!
          .replace('[6 0 R]', '[6 0 R 9 0 R 11 0 R]')
          .replace('/Pages', '/Perms<</DocMDP 7 0 R>>/Pages'),
        7: signatureObject(reference),
        9: '<</FT/Tx/T(Sum)/V(100)>>',
        11: '<</FT/Sig/T(Empty)/Rect[0 0 0 0]>>',
      }),
      signer,
    )
  }
  const values = { 9: '<</FT/Tx/T(Sum)/V(999)>>' }
  const comment = {
    3: CONTRACT[3]!.replace('[6 0 R]', '[6 0 R 12 0 R]'),
    12: '<</Type/Annot/Subtype/Text/Rect[0 0 20 20]/Contents(Fine.)>>',
  }
  const store = {
    1: CONTRACT[1]!
      .replace('[6 0 R]', '[6 0 R 9 0 R 11 0 R]')
      .replace('/Pages', '/Perms<</DocMDP 7 0 R>>/DSS<<>>/Pages'),
  }

  it.each([
    [1, 'values', values, 'TOTAL-FAILED'],
    [2, 'values', values, 'TOTAL-PASSED'],
    [3, 'values', values, 'TOTAL-PASSED'],
    [1, 'a comment', comment, 'TOTAL-FAILED'],
    [2, 'a comment', comment, 'TOTAL-FAILED'],
    [3, 'a comment', comment, 'TOTAL-PASSED'],
    [1, 'validation data', store, 'TOTAL-PASSED'],
  ] as const)('certified with P %d: %s', (level, _what, objects, indication) => {
    const before = certified(level)
    expect(verdict(before).indication).toBe('TOTAL-PASSED')
    expect(verdict(updated(before, objects)).indication).toBe(indication)
    if (level === 3) expectManipulated(updated(before, { 4: RICH }))
  })

  it('but not to a field that the signer has locked', () => {
    const lock =
      '/Reference[<</TransformMethod/FieldMDP/TransformParams<</Action/Include/Fields[(Sum)]>>>>]'
    const objects = {
      ...CONTRACT,
      1: CONTRACT[1]!.replace('[6 0 R]', '[6 0 R 9 0 R]'),
      7: signatureObject(lock),
      9: '<</FT/Tx/T(Sum)/V(100)>>',
    }
    const prepared = signed(document(objects), signer)
    expectLaterChangeIsSeen(prepared, updated(prepared, values))
  })
})
