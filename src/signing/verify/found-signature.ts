import { Malformed } from '../der/malformed.ts'
import { fromBer } from './ber.ts'
import { integerOf, is, nameOf, textOf, type PdfDict } from '../pdf/values.ts'
import { failed, passed, type Check } from './check.ts'
import {
  byteRangeOf,
  contentsOf,
  gapIsContents,
  paddingCheck,
  signedEnd,
  structureLength,
  type ByteRange,
} from './byte-range.ts'
import { formNodes, type FormNode } from './changes/fields.ts'
import { dictAt, itemsAt, type DocumentState } from './changes/state.ts'
import type { SignedDocument } from './document.ts'
import { shownText } from './shown-text.ts'

/** A signature as the form of the newest revision shows it (or of an older one, when it was taken away). */
export interface FoundSignature {
  /** Full name of its field. */
  readonly field: string
  readonly fieldDict: PdfDict
  readonly dict: PdfDict
  /** `ETSI.CAdES.detached` and the like. */
  readonly subFilter: string
  /** How many fields show this dictionary. */
  readonly uses: number
  /** It is gone from the newest revision. */
  readonly isGone: boolean
  /** False: it stands in an object stream, where no byte range can leave it out. */
  readonly isInFile: boolean
  /** False: the field says that it is signed, but its value is no dictionary. */
  readonly isReadable: boolean
}

const MOST_SIGNATURES = 200

/** All signatures of all revisions, in the order of their place in the file. */
export function foundSignatures({ states }: SignedDocument): readonly FoundSignature[] {
  const found = new Map<number, FoundSignature>()
  const newest = states.length - 1
  for (const [index, state] of states.toReversed().entries()) {
    if (found.size > MOST_SIGNATURES) break
    for (const one of signaturesIn(state)) {
      if (found.has(one.dict.start)) continue
      found.set(one.dict.start, { ...one, isGone: newest > 0 && index > 0 })
    }
  }
  return [...found.values()].toSorted((one, other) => one.dict.start - other.dict.start)
}

function signaturesIn(state: DocumentState): readonly FoundSignature[] {
  const shown = formNodes(state).flatMap((node) => {
    const value = node.dict.entries.get('V') ?? null
    if (node.type !== 'Sig' || value === null) return []
    const dict = dictAt(state, value)
    return [{ node, dict: dict ?? unreadable(node.dict), isReadable: dict !== undefined }]
  })
  return shown.map(({ node, dict, isReadable }) => ({
    field: node.name,
    fieldDict: node.dict,
    dict,
    subFilter: nameOf(dict.entries.get('SubFilter')) ?? '',
    uses: shown.filter((other) => other.dict.start === dict.start).length,
    isGone: false,
    isInFile: isInFile(state, node),
    isReadable,
  }))
}

/** Stands where its field does: readers must not take a broken signature for none. */
const unreadable = ({ start, end }: PdfDict): PdfDict => ({
  type: 'dict',
  entries: new Map(),
  start,
  end,
  hasDuplicates: false,
})

function isInFile(state: DocumentState, { dict, number }: FormNode): boolean {
  const value = dict.entries.get('V')
  const home = is(value, 'ref') ? value.number : number
  return home !== undefined && state.isInFile(home)
}

/** Where a signature stands and what it covers. */
export interface Placement {
  readonly checks: readonly Check[]
  /** The rest is there when the checks passed. */
  readonly range?: ByteRange
  /** Index of the revision that it signs. */
  readonly revision?: number
  /** The DER structure in /Contents, without padding. */
  readonly contents?: Buffer
}

/** ISO 32000-2 section 12.8.1 and signing attacks: the byte range leaves out exactly this /Contents and ends
 *  where a revision of this very document ends. */
export function placementOf(document: SignedDocument, signature: FoundSignature): Placement {
  const { file, states } = document
  const field = fieldCheck(signature)
  const bytes = file.source.read(0, file.source.size)
  const state = states[states.length - 1]
  const numbers = state === undefined ? [] : itemsAt(state, signature.dict.entries.get('ByteRange'))
  const range = byteRangeOf(numbers, bytes.length)
  if (range === undefined) {
    return {
      checks: [field, failed('byte-range', `the byte range is not usable: ${rangeSaid(numbers)}`)],
    }
  }
  const gap = gapIsContents(signature.dict, range)
  const revision = file.isRebuilt ? undefined : document.revisionAt(signedEnd(range))
  const ending =
    revision === undefined
      ? failed('revision', 'the byte range does not end with a revision of this document')
      : passed('revision')
  if (gap.result !== 'passed') return { checks: [field, gap, ending], range, revision }
  return { ...encoded(bytes, range, [field, gap, ending]), range, revision }
}

const rangeSaid = (numbers: readonly unknown[]) =>
  numbers.length > 8
    ? `${numbers.length} numbers`
    : numbers.map((one) => integerOf(one as number) ?? '?').join(' ')

function encoded(bytes: Buffer, range: ByteRange, before: readonly Check[]): Placement {
  const padded = contentsOf(bytes, range)
  const length = padded && structureLength(padded)
  if (padded === undefined || length === undefined) return older(padded, before)
  const padding = paddingCheck(padded, length)
  return { checks: [...before, padding], contents: padded.subarray(0, length) }
}

/** BER instead of DER (ISO 32000-2 section 12.8.3.3.1): readable, yet not what a signature must be. */
function older(padded: Buffer | undefined, before: readonly Check[]): Placement {
  try {
    const { der, end } = fromBer(padded ?? Buffer.alloc(0))
    const padding = paddingCheck(padded ?? der, end)
    const isPadded = padding.result === 'passed'
    const check = isPadded
      ? failed('contents-encoding', '/Contents is BER, not DER', 'SIG_CONSTRAINTS_FAILURE')
      : padding
    return { checks: [...before, check], contents: isPadded ? der : undefined }
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    return { checks: [...before, failed('contents-encoding', '/Contents holds no DER structure')] }
  }
}

function fieldCheck({ uses, isGone, isInFile, isReadable, field, dict }: FoundSignature): Check {
  if (!isReadable) return failed('field', 'its value cannot be read as a signature')
  if (!isInFile) return failed('field', 'the signature is hidden in an object stream')
  if (isGone)
    return failed('field', `${shownText(field, 100)}: a later revision took the signature away`)
  if (uses !== 1) return failed('field', `${uses} fields show the same signature`)
  const type = dict.entries.get('Type')
  const name = nameOf(type)
  const isSignature =
    type === undefined || type === null || name === 'Sig' || name === 'DocTimeStamp'
  return isSignature ? passed('field') : failed('field', 'its value is not a signature dictionary')
}

/** What the dictionary itself claims: shown as claims, never as facts. */
export function claimsOf({ dict }: FoundSignature) {
  const text = (key: string) => {
    const given = textOf(dict.entries.get(key))
    return given === undefined ? undefined : shownText(given, 500)
  }
  return {
    name: text('Name'),
    reason: text('Reason'),
    location: text('Location'),
    signingTime: text('M'),
  }
}

/** Nothing but white space may follow the last revision: what stands there is shown by some readers. */
export function tailCheck({ file }: SignedDocument): Check {
  const last = file.revisions.at(-1)
  if (file.isRebuilt || last?.end === undefined)
    return failed('whole-document', 'the file has no proper end')
  if (file.source.read(0, 5).toString('latin1') !== '%PDF-')
    return failed('whole-document', 'something stands before the document')
  const rest = file.source.read(last.end, file.source.size)
  const isBlank = rest.every(
    (octet) => octet === 0x20 || octet === 0x0a || octet === 0x0d || octet === 0x09 || octet === 0,
  )
  return isBlank
    ? passed('whole-document')
    : failed('whole-document', `${rest.length} bytes follow the last revision`)
}

export const isStamp = ({ subFilter }: FoundSignature) => subFilter === 'ETSI.RFC3161'
