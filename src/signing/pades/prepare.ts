import type { Clock } from '../../ports/clock.ts'
import type { OpenSignature, PdfWriter, SignatureWish } from '../../ports/pdf-writer.ts'
import type { Random } from '../../ports/random.ts'
import type { SigningAlgorithm } from '../../ports/signer.ts'
import { emptyAppearance, type Draw, type Drawing } from '../appearance/appearance.ts'
import { signedAttributes } from '../cms/signed-data.ts'
import { activeContent } from '../pdf/active-content.ts'
import { isDamage, readPdf, type PdfFile } from '../pdf/file.ts'
import { startIncrement, type Increment } from '../pdf/increment.ts'
import { pagesOf } from '../pdf/pages.ts'
import { refuse } from '../pdf/refused.ts'
import type { PdfSource } from '../pdf/source.ts'
import { dict, is, name, textString, type PdfDict } from '../pdf/values.ts'
import type { GrowingPdf } from './appended.ts'
import {
  changeCatalog,
  chooseField,
  placeSignature,
  type ChosenField,
  type Drawn,
} from './field.ts'
import { hashOf } from './hashing.ts'
import { openIncrement } from './hole.ts'
import type { SignatureOptions } from './options.ts'
import { checkMayCertify, checkOwnerAllows, checkSignaturesAllow } from './permissions.ts'
import { boxFor } from './place.ts'
import { referencesOf } from './references.ts'
import { seeded } from './seeded.ts'
import { checkSeed } from './seed.ts'

export interface PreparePorts {
  readonly clock: Clock
  readonly random: Pick<Random, 'bytes'>
  /** Who reads and hashes documents; this very thread where it is not said. */
  readonly writer?: PdfWriter
}

export type WritingPorts = PreparePorts & { readonly writer: PdfWriter }

/** The key that will sign: nothing of it is used yet. */
export interface SigningKey {
  readonly alg: SigningAlgorithm
  /** DER, the signer's own first. */
  readonly certificateChain: readonly Uint8Array[]
}

/** A document with everything but its signature. */
export interface PreparedSignature extends OpenSignature {
  readonly before: GrowingPdf
  readonly key: SigningKey
}

/** Opens a document for signing. A damaged one is repaired by a complete new table behind it, but only when it
 *  has no signature that this could break. Throws `PdfRefused`. */
export function readForSigning(source: PdfSource): PdfFile {
  const file = readPdf(source)
  if (file.isRebuilt && mentionsSignature(source)) refuse('damaged_signed')
  return file
}

const PIECE = 1024 * 1024
const WORD = 'ByteRange'

/** A signature dictionary cannot hide: its /Contents must stand in the file as it is. */
function mentionsSignature(source: PdfSource): boolean {
  for (let at = 0; at < source.size; at += PIECE)
    if (source.read(at, at + PIECE + WORD.length).includes(WORD)) return true
  return false
}

/** How a visible signature is drawn: text shaping and fonts are loaded only for who needs them. */
export interface Pen {
  readonly draw: Draw
  readonly picture: Drawing['picture']
}

export async function penFor({ appearance }: SignatureOptions): Promise<Pen | undefined> {
  if (appearance === undefined) return undefined
  const [{ drawAppearance }, { readPicture }] = await Promise.all([
    import('../appearance/draw.ts'),
    import('../appearance/picture.ts'),
  ])
  const { picture } = appearance
  return { draw: drawAppearance, picture: picture && (await readPicture(picture)) }
}

/** Adds a signature without its value. Throws `PdfRefused`. */
export async function writeSignature(
  before: GrowingPdf,
  { seed, at, certificate, options }: SignatureWish,
): Promise<OpenSignature> {
  const pen = await penFor(options)
  const hash = (await hashOf(before)).digest('hex')
  const tools = { at, random: seeded(seed), pen, hash }
  const { increment, chosen } = repaired(before.whole, (file) =>
    signatureIncrement(tools, file, options),
  )
  const open = await openIncrement(before, increment.build())
  return { open, fieldName: chosen.name, attributes: signedAttributes(open.digest, certificate) }
}

interface Tools {
  /** Claimed, milliseconds since the epoch. */
  readonly at: number
  readonly random: Pick<Random, 'bytes'>
  readonly pen: Pen | undefined
  /** Of the document before the signature. */
  readonly hash: string
}

/** Damage may show only when an object is read: then once more, with the table that a search gives. */
function repaired<Result>(source: PdfSource, make: (file: PdfFile) => Result): Result {
  const file = readForSigning(source)
  try {
    return make(file)
  } catch (error) {
    if (file.isRebuilt || !isDamage(error)) throw error
    if (mentionsSignature(source)) refuse('damaged_signed')
    return make(readPdf(source, { damaged: 'force-rebuild' }))
  }
}

function signatureIncrement(
  tools: Tools,
  file: PdfFile,
  options: SignatureOptions,
): { increment: Increment; chosen: ChosenField } {
  checkOwnerAllows(file)
  checkActive(file, options)
  checkPagesAreReadable(file)
  const chosen = chooseField(file, options, 'Signature')
  checkSignaturesAllow(file.view, chosen.name)
  if (options.certify) checkMayCertify(file.view)
  if (chosen.existing) checkSeed(file.view, chosen.existing.dict, options.reason)
  const increment = startIncrement(file, tools.random)
  const signature = increment.allocate()
  placeSignature(file, increment, chosen, signature, drawn(tools, file, increment, chosen, options))
  increment.addSignature(
    signature,
    signatureDict(tools, file, chosen, options),
    options.contentsBytes ?? 0,
  )
  if (options.certify) changeCatalog(file, increment, { Perms: dict({ DocMDP: signature }) })
  return { increment, chosen }
}

function checkActive({ view }: PdfFile, { allowActiveContent = false }: SignatureOptions): void {
  const [first] = allowActiveContent ? [] : activeContent(view)
  if (first) refuse(first.code, first.where)
}

/** Throws `damaged` for what a page refers to and we cannot read: others may, and our verifier takes it for changed as
 *  soon as anything comes behind the signature. */
function checkPagesAreReadable({ view }: PdfFile): void {
  for (const { dict: page } of pagesOf(view))
    for (const value of page.entries.values())
      for (const one of is(value, 'array') ? value.items : [value]) view.resolve(one)
}

function drawn(
  { at, pen, hash }: Tools,
  file: PdfFile,
  increment: Increment,
  chosen: ChosenField,
  { appearance }: SignatureOptions,
): Drawn {
  const { box, rotation } = boxFor(file.view, chosen, appearance)
  const size = { width: box[2] - box[0], height: box[3] - box[1], rotation }
  const isEmpty = !appearance || !pen || size.width === 0 || size.height === 0
  if (isEmpty) return { box, appearance: emptyAppearance(increment, size) }
  const drawing = { ...appearance, ...size, picture: pen.picture, hash, at }
  return { box, appearance: pen.draw(increment, drawing) }
}

/** ETSI EN 319 142-1 section 5.3: /M and no /Cert; whoever signs and when is in the signature itself. */
function signatureDict(
  { at }: Tools,
  file: PdfFile,
  chosen: ChosenField,
  options: SignatureOptions,
): PdfDict {
  const text = (value: string | undefined) => (value === undefined ? undefined : textString(value))
  return dict({
    Type: name('Sig'),
    Filter: name('Adobe.PPKLite'),
    SubFilter: name('ETSI.CAdES.detached'),
    M: textString(pdfDate(at)),
    Name: text(options.name),
    Reason: text(options.reason),
    Location: text(options.location),
    ContactInfo: text(options.contact),
    Reference: referencesOf(file.view, chosen, options.certify ?? false),
  })
}

/** ISO 32000-1 section 7.9.4, in UTC. */
export function pdfDate(at: number): string {
  return `D:${new Date(at).toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`
}
