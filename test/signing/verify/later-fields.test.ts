import { describe, expect, it } from '@jest/globals'
import { expectLaterChangeIsSeen, honest, RICH, signer, verdict } from './support/attacked.ts'
import {
  CONTRACT,
  document,
  signatureObject,
  signed,
  stream,
  updated,
  type Objects,
} from './support/handmade.ts'

/** What a field of the form may not be used for: "Breaking the Specification: PDF Certification", Rohlmann et al.,
 *  IEEE S&P 2021 (evil annotations, sneaky signatures), and what a reader of forms makes of odd ones. */

const SHOWN = '/Rect[0 180 300 220]/P 3 0 R'
const picture = { 10: stream('0 0 1 1 re f', '/Type/XObject/Subtype/Form/BBox[0 0 1 1]') }

const HELD = '/Extensions<</X[10 0 R 31 0 R]>>'

/** Further fields, and which of them are on the page. */
const listed = (fields: string, onPage = fields): Objects => ({
  // Whatever they need is accounted for elsewhere.
  1: CONTRACT[1]!.replace('[6 0 R]', `[6 0 R ${fields}]`).replace('/Pages', `${HELD}/Pages`),
  3: CONTRACT[3]!.replace('[6 0 R]', `[6 0 R ${onPage}]`),
})

const prepared = (objects: Objects) => signed(document({ ...CONTRACT, ...objects }), signer)

describe('a new field that nobody signed shows nothing', () => {
  it.each([
    ['as text on the page', `/Subtype/FreeText/Contents(Pay 999)/DA(/Helv 12 Tf)${SHOWN}`, {}],
    [
      'as what an object says that it is',
      `/Subtype 31 0 R/Contents(Pay 999)/DA(/Helv 12 Tf)${SHOWN}`,
      { 31: '/FreeText' },
    ],
    ['as a stamp', `/Subtype/Stamp/C[1 1 1]${SHOWN}`, {}],
    ['by its background', `/Subtype/Widget/MK<</BG[1 1 1]>>${SHOWN}`, {}],
    [
      'in a place that an object says',
      '/Subtype/Widget/AP<</N 10 0 R>>/Rect 31 0 R',
      { 31: '[0 180 300 220]' },
    ],
  ] as const)('%s', (_how, entries, more) => {
    const field = { 9: `<</Type/Annot/FT/Sig/T(Second)${entries}>>` }
    const after = updated(honest, { ...listed('9 0 R'), ...field, ...picture, ...more })
    expectLaterChangeIsSeen(honest, after)
  })

  it.each([
    ['text on the page', `/Subtype/FreeText/Contents(Pay 999)/DA(/Helv 12 Tf)${SHOWN}`],
    ['another kind of field', `/Subtype/Widget/AP<</N 10 0 R>>${SHOWN}`],
  ])('though it is an extension, too: %s', (_what, entries) => {
    const held = listed('9 0 R')[1]!.replace('/X[', '/X[9 0 R ')
    const type = entries.includes('FreeText') ? '/FT/Sig' : '/FT/Tx'
    const field = `<</Type/Annot${type}/T(Second)${entries}>>`
    const after = updated(honest, { ...listed('9 0 R'), 1: held, 9: field, ...picture })
    expectLaterChangeIsSeen(honest, after)
  })

  it('nor does a kid inside of its list', () => {
    const kid = `<</Type/Annot/Subtype/Widget${SHOWN}/AP<</N 10 0 R>>>>`
    const field = { 9: `<</FT/Sig/T(Second)/Kids[${kid}]>>` }
    const after = updated(honest, { ...listed('9 0 R', ''), ...field, ...picture })
    expectLaterChangeIsSeen(honest, after)
  })

  it('nor does one that is the text field’s that it names', () => {
    const text = '<</FT/Tx/T(Sum)/V(999)/DA(/Helv 24 Tf)/Kids[]>>'
    const before = prepared({ 1: CONTRACT[1]!.replace('[6 0 R]', '[6 0 R 8 0 R]'), 8: text })
    const after = updated(before, {
      ...listed('8 0 R 9 0 R', '11 0 R'),
      9: '<</FT/Sig/T(Second)/Kids[11 0 R]>>',
      11: `<</Type/Annot/Subtype/Widget/Parent 8 0 R${SHOWN}>>`,
    })
    expectLaterChangeIsSeen(before, after)
  })
})

describe('a field that was in the signed revision does not come to the page', () => {
  const text = `<</Type/Annot/Subtype/Widget/FT/Tx/T(Sum)/V(999)${SHOWN}/AP<</N 10 0 R>>>>`

  it('though its dictionary is written again', () => {
    const field = `<</Type/Annot/Subtype/Widget/FT/Sig/T(Empty)${SHOWN}/AP<</N 10 0 R>>>>`
    const before = prepared({ ...listed('9 0 R', ''), 9: field, ...picture })
    expectLaterChangeIsSeen(before, updated(before, { 3: listed('9 0 R')[3]!, 9: field }))
  })

  it('from nowhere', () => {
    const before = prepared({ 9: text, ...picture })
    expectLaterChangeIsSeen(before, updated(before, listed('9 0 R')))
  })

  it('from the form', () => {
    const before = prepared({ ...listed('9 0 R', ''), 9: text, ...picture })
    expectLaterChangeIsSeen(before, updated(before, { 3: listed('9 0 R')[3]! }))
  })

  it('from nowhere to a list of widgets', () => {
    const sum = '<</FT/Tx/T(Sum)/V(999)/Kids[]>>'
    const widget = `<</Type/Annot/Subtype/Widget/Parent 9 0 R${SHOWN}/AP<</N 10 0 R>>>>`
    const before = prepared({ ...listed('9 0 R', ''), 9: sum, 11: widget, ...picture })
    const after = { 3: listed('9 0 R', '11 0 R')[3]!, 9: sum.replace('[]', '[11 0 R]') }
    expectLaterChangeIsSeen(before, updated(before, after))
  })

  it('nor into the form', () => {
    const before = prepared({ 3: listed('', '9 0 R')[3]!, 9: text, ...picture })
    expectLaterChangeIsSeen(before, updated(before, { 1: listed('9 0 R')[1]! }))
  })
})

describe('fields are drawn as they were', () => {
  const text = `<</Type/Annot/Subtype/Widget/FT/Tx/T(Sum)/V(100)${SHOWN}>>`
  const form = (entries: string) =>
    listed('9 0 R')[1]!.replace('/SigFlags 3', `/SigFlags 3${entries}`)
  const evil = '<</Type/Font/Subtype/Type1/BaseFont/Symbol>>'

  it.each([
    ['readers are told to draw them anew', '', '/NeedAppearances true', {}],
    ['... by an object', '', '/NeedAppearances 31 0 R', { 31: 'true' }],
    ['text gets a look', '', '/DA(/Helv 300 Tf 1 g)', {}],
    [
      'a missing font is there',
      '/DA(/Evil 12 Tf)',
      `/DA(/Evil 12 Tf)/DR<</Font<</Evil ${evil}>>>>`,
      {},
    ],
    [
      'a font is another one',
      `/DR<</Font<</F ${evil}>>>>`,
      `/DR<</Font<</F <</Type/Font>>>>>>`,
      {},
    ],
    ['a form of another kind', '', '/XFA 31 0 R', { 31: RICH }],
  ] as const)('%s', (_what, old, current, more) => {
    const before = prepared({ ...listed('9 0 R'), 1: form(old).replace(HELD, ''), 9: text })
    expectLaterChangeIsSeen(before, updated(before, { 1: form(current), ...more }))
  })

  it.each(['/DA(/Helv 300 Tf 1 g)', `/DR<</Font<</Evil ${evil}>>>>`])(
    'though there was no form before: %s',
    (entry) => {
      const stray = text.replace('/V', '/DA(/Evil 12 Tf)/V')
      const onPage = { 3: CONTRACT[3]!.replace('[6 0 R]', `[6 0 R ${stray}]`) }
      const before = prepared(onPage)
      const after = CONTRACT[1]!.replace('/SigFlags 3', `/SigFlags 3${entry}`)
      expectLaterChangeIsSeen(before, updated(before, { 1: after }))
    },
  )

  it.each([
    ['the font itself', { 20: evil }],
    ['the list of fonts', { 21: '<</F 22 0 R>>', 22: evil }],
    ['a picture instead of the list', { 21: stream('') }],
    ['all resources', { 23: '<</Font<</F 22 0 R>>>>', 22: evil }],
  ] as const)('by the same resources: %s', (_what, objects) => {
    const resources = { 20: CONTRACT[5]!, 21: '<</F 20 0 R>>', 23: '<</Font 21 0 R>>' }
    const catalog = form('/DA(/F 12 Tf)/DR 23 0 R')
    const before = prepared({ ...listed('9 0 R'), 1: catalog, 9: text, ...resources })
    expectLaterChangeIsSeen(before, updated(before, { ...resources, ...objects }))
  })

  it('and lie over each other as they did', () => {
    const [one, other] = [
      '<</Type/Annot/Subtype/Square/Rect[0 0 90 90]/IC[1 1 1]>>',
      '<</Type/Annot/Subtype/Square/Rect[0 0 90 90]/IC[0 0 0]>>',
    ]
    const annotations = (list: string) => CONTRACT[3]!.replace('[6 0 R]', list)
    const before = prepared({ 3: annotations('[6 0 R 9 0 R 11 0 R]'), 9: one, 11: other })
    for (const list of [
      '[6 0 R 11 0 R 9 0 R]',
      '[6 0 R 9 0 R 11 0 R 9 0 R]',
      '[9 0 R 6 0 R 11 0 R]',
    ])
      expectLaterChangeIsSeen(before, updated(before, { 3: annotations(list) }))
  })
})

describe('what a signature permits', () => {
  const comment: Objects = {
    3: listed('', '9 0 R')[3]!,
    9: `<</Type/Annot/Subtype/FreeText/Contents(Pay 999)${SHOWN}>>`,
  }
  const levelThree = '/Reference[<</TransformMethod/DocMDP/TransformParams<</P 3>>>>]'

  it('is not what somebody permits who did not sign', () => {
    const before = prepared({
      1: CONTRACT[1]!.replace('/Pages', '/Perms<</DocMDP 20 0 R>>/Pages'),
      20: `<</Type/Sig/Filter/Adobe.PPKLite${levelThree}>>`,
    })
    expectLaterChangeIsSeen(before, updated(before, comment))
  })

  const lock = (parameters: string) =>
    `/Reference[<</TransformMethod/DocMDP/TransformParams<</P 2>>>><</TransformMethod/FieldMDP/TransformParams${parameters}>>]`
  const sum = '<</FT/Tx/T(Sum)/V(100)>>'

  it.each([
    ['by name', '<</Action/Include/Fields[(Sum)]>>', sum],
    ['by a name in an object', '<</Action/Include/Fields[20 0 R]>>', sum],
    ['by an action in an object', '<</Action 21 0 R>>', sum],
    ['by no action', '<<>>', sum],
    [
      'with its name in an object',
      '<</Action/Include/Fields[(Sum)]>>',
      sum.replace('(Sum)', '20 0 R'),
    ],
  ])('ends where a field is locked: %s', (_how, parameters, field) => {
    const before = prepared({
      1: CONTRACT[1]!.replace('[6 0 R]', '[6 0 R 9 0 R]'),
      7: signatureObject(lock(parameters)),
      9: field,
      20: '(Sum)',
      21: '/All',
    })
    expectLaterChangeIsSeen(before, updated(before, { 9: field.replace('100', '999') }))
  })

  it('is not another signature’s picture without the signature', () => {
    const before = prepared({
      1: CONTRACT[1]!.replace('[6 0 R]', '[6 0 R 9 0 R]'),
      7: signatureObject('/Reference[<</TransformMethod/DocMDP/TransformParams<</P 2>>>>]'),
      9: '<</T(Group)/Kids[]>>',
    })
    const after = updated(before, {
      3: listed('', '11 0 R')[3]!,
      9: '<</T(Group)/Kids[11 0 R]/V 12 0 R>>',
      11: `<</Type/Annot/Subtype/Widget/FT/Sig/T(Kid)/Parent 9 0 R${SHOWN}/AP<</N 10 0 R>>>>`,
      12: '<</Type/Sig>>',
      ...picture,
    })
    expectLaterChangeIsSeen(before, after)
  })

  it.each([
    ['no picture', '[0 0 0 0]', 'extended'],
    ['a picture', '[0 180 300 220]', 'changed'],
    ['a picture', '31 0 R', 'changed'],
  ])('is a time stamp with %s at %s: %s', (_what, rectangle, coverage) => {
    const field = `<</Type/Annot/Subtype/Widget/FT/Sig/T(Stamp)/V 11 0 R/P 3 0 R/Rect ${rectangle}/AP<</N 10 0 R>>>>`
    const stamp = signatureObject().replace('ETSI.CAdES.detached', 'ETSI.RFC3161')
    const more = { ...picture, 31: '[0 180 300 220]' }
    const after = updated(honest, { ...listed('9 0 R'), 9: field, 11: stamp, ...more })
    // Anybody can have anything time-stamped.
    const [first] = verdict(signed(after, signer)).signatures
    const indication = coverage === 'extended' ? 'TOTAL-PASSED' : 'TOTAL-FAILED'
    expect(first).toMatchObject({ indication, coverage })
  })
})
