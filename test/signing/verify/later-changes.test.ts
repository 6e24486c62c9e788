import { describe, expect, it } from '@jest/globals'
import {
  expectLaterChangeIsSeen,
  expectManipulated,
  honest,
  RICH,
  signer,
  verdict,
} from './support/attacked.ts'
import { CONTRACT, document, signatureObject, signed, updated } from './support/handmade.ts'

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
