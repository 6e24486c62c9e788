import fc from 'fast-check'
import { CONTRACT, stream, type Objects } from '../../verify/support/handmade.ts'

/** A document to be signed, and what somebody appends to it. */
export interface Guess {
  readonly before: Objects
  readonly after: Objects
}

type Dice = <Item>(...items: readonly Item[]) => Item

/** Numbers below 30 may be in the signed revision; those of NEW never are. */
const OLD = [20, 21, 22, 23, 24, 25]
const NEW = [31, 32, 33, 34]
const ALL = [1, 3, 4, 5, 6, ...OLD, ...NEW, 35]
/** Keys that may be names of resources, too. */
const NAMES = ['DSS', 'AP', 'V', 'N', 'Fields', 'DR', 'Extensions', 'Tabs', 'MK', 'DA', 'M', 'Kids']

const page = (resources: string, annotations: string, extra = '') =>
  `<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]${resources}/Contents 4 0 R/Annots${annotations}${extra}>>`

const FORMS = ['1 0 0', '0 1 0', '0 0 1', '1 1 1'].map((colour) =>
  stream(`${colour} rg 0 0 300 300 re f`, '/Type/XObject/Subtype/Form/BBox[0 0 300 300]'),
)
const FONTS = ['Helvetica', 'Symbol', 'Courier'].map(
  (name) => `<</Type/Font/Subtype/Type1/BaseFont/${name}>>`,
)

/** Documents and revisions that are nearly right: pieces that mean something, put together at random. Most of what
 *  is appended must be refused; what is not must leave the document looking as it did. */
export const guesses: fc.Arbitrary<Guess> = fc.integer().map((seed) => {
  const next = numbersFrom(seed)
  const pick: Dice = (...items) => items[Math.floor(next() * items.length)]!
  const maybe = (percent: number, text: string) => (next() * 100 < percent ? text : '')
  const ref = (numbers: readonly number[] = ALL) => `${pick(...numbers)} 0 R`
  const pieces = { pick, maybe, ref }
  const before = signedObjects(pieces)
  return { before, after: appendedObjects(pieces, before) }
})

/** From 0 to 1 (mulberry32): a document takes too many of them for fast-check to shrink. */
function numbersFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    const once = Math.imul(state ^ (state >>> 15), 1 | state)
    const twice = (once + Math.imul(once ^ (once >>> 7), 61 | once)) ^ once
    return ((twice ^ (twice >>> 14)) >>> 0) / 2 ** 32
  }
}

interface Pieces {
  readonly pick: Dice
  readonly maybe: (percent: number, text: string) => string
  readonly ref: (numbers?: readonly number[]) => string
}

function annotation({ pick, maybe, ref }: Pieces): string {
  const rectangle = pick('[0 0 0 0]', '[0 150 300 250]', '[50 190 250 230]', ref())
  return [
    `<</Type/Annot/Subtype/${pick('Widget', 'Widget', 'Widget', 'Stamp', 'FreeText', 'Square')}`,
    pick('/FT/Sig', '/FT/Sig', '/FT/Tx', '/FT/Btn', ''),
    `${pick('/T(a)', '/T(b)', '')}/Rect ${rectangle}`,
    maybe(35, `/AP<</N ${ref([20, 21, 31, 32])}>>`) + maybe(15, `/V ${ref()}`),
    maybe(15, `/Kids[${ref()}]`) + maybe(15, `/Parent ${ref()}`) + maybe(20, '/F 4'),
    maybe(25, '/MK<</BG[1 0 0]>>') + maybe(25, '/C[1 0 0]') + maybe(10, `/M ${ref()}`),
    `${maybe(25, '/DA(/F1 24 Tf 1 0 0 rg)')}${maybe(25, '/Contents(Hello)')}>>`,
  ].join('')
}

function anything(pieces: Pieces): string {
  const { pick, ref } = pieces
  const list = `<</F1 ${ref()}/${pick(...NAMES)} ${ref()}>>`
  return pick(...FORMS, ...FONTS, list, `[${ref()} ${ref()}]`, annotation(pieces))
}

function formEntries({ pick, maybe, ref }: Pieces): string {
  return [
    maybe(25, `/DA${pick('(/F1 24 Tf)', '(/F2 24 Tf)', ` ${ref()}`)}`),
    maybe(
      30,
      `/DR${pick(`<</Font<</F1 5 0 R/F2 ${ref()}>>>>`, `<</Font ${ref()}>>`, ` ${ref()}`)}`,
    ),
    maybe(25, `/NeedAppearances ${pick('true', ref())}`),
  ].join('')
}

const fieldsIn = (list: string, more: string) =>
  CONTRACT[1]!.replace('[6 0 R]', `[6 0 R${list}]`).replace('/SigFlags 3', `/SigFlags 3${more}`)

function signedObjects(pieces: Pieces): Objects {
  const { pick, maybe, ref } = pieces
  const resources = pick(
    '<</Font<</F1 5 0 R>>>>',
    `<</Font<</F1 5 0 R>>/XObject ${ref()}>>`,
    `<</Font ${ref()}>>`,
    ref(),
  )
  const text = '<</Type/Annot/Subtype/Widget/FT/Tx/T(sum)/V(100)/F 4/Rect[50 40 250 80]'
  const names = [pick(...NAMES), pick(...NAMES)].map((name) => `q /${name} Do Q`).join(' ')
  return {
    ...CONTRACT,
    1: fieldsIn(' 22 0 R', formEntries(pieces)),
    3: page(`/Resources ${resources}`, `[6 0 R${maybe(70, ' 22 0 R')}]`),
    4: stream(`BT /F1 24 Tf 20 200 Td (Pay 100) Tj ET ${names}`),
    20: pick(...FORMS),
    21: pick(...FORMS),
    22: `${text}${maybe(50, '/DA(/F2 24 Tf)')}${maybe(50, '/AP<</N 23 0 R>>')}>>`,
    23: annotation(pieces),
    24: anything(pieces),
    25: '<</F1 5 0 R>>',
  }
}

/** One thing that somebody might try, and whatever it needs as if it were an extension. */
function appendedObjects(pieces: Pieces, before: Objects): Objects {
  const { pick, maybe, ref } = pieces
  const held = `/Extensions<</X[31 0 R 33 0 R${maybe(20, ` ${ref()}`)}]>>`
  const entry = maybe(25, `/${pick('DSS', 'Metadata')} ${ref()}`)
  const number = pick('35 0 R', '35 0 R', ref(OLD))
  const listed = before[1]!.replace(' 22 0 R]', ` 22 0 R ${number}]`)
  const onPage = before[3]!.replace(
    /\]>>$/,
    ` ${number}]${maybe(10, `/Tabs ${pick('/S', ref())}`)}>>`,
  )
  const changed = pick(5, 6, ...OLD)
  const tried: Objects = pick<Objects>(
    { 1: listed, 3: onPage, 35: annotation(pieces) },
    { 1: listed, 3: onPage, 35: annotation(pieces) },
    { 3: onPage },
    { 1: before[1]!.replace('/SigFlags 3', `/SigFlags 3${formEntries(pieces)}`) },
    { [changed]: anything(pieces) },
    { [changed]: before[changed]!, 25: anything(pieces) },
  )
  const catalog = (tried[1] ?? before[1]!).replace('/Pages', `${held}${entry}/Pages`)
  return { ...tried, 1: catalog, 31: pick(...FORMS), 33: anything(pieces) }
}
