import { createHash } from 'node:crypto'
import type { ValidationData, ValidationDataWish } from '../../ports/pdf-writer.ts'
import { catalogOf, readPdf, type PdfFile } from '../pdf/file.ts'
import { currentRef, startIncrement, type Increment } from '../pdf/increment.ts'
import {
  array,
  dict,
  is,
  withEntries,
  type PdfArray,
  type PdfDict,
  type PdfRef,
  type PdfValue,
} from '../pdf/values.ts'
import type { GrowingPdf } from './appended.ts'
import { changeCatalog } from './field.ts'
import { seeded } from './seeded.ts'

type Kind = 'Certs' | 'OCSPs' | 'CRLs'
/** How the same lists are called for one signature. */
const IN_VRI = { Certs: 'Cert', OCSPs: 'OCSP', CRLs: 'CRL' } as const

export function writeValidationData(
  { whole }: GrowingPdf,
  { seed, data, contents }: ValidationDataWish,
): Buffer {
  const file = readPdf(whole)
  const increment = startIncrement(file, seeded(seed))
  addValidationData(file, increment, data, contents)
  return increment.build().bytes
}

/** Adds to the document security store (ISO 32000-2 section 12.8.4.3). `contents`: of each signature that the
 *  data is for, /Contents with the zeros that fill it up. What is stored already is not stored again. */
function addValidationData(
  file: PdfFile,
  increment: Increment,
  data: ValidationData,
  contents: readonly Uint8Array[],
): void {
  const { view } = file
  const given = catalogOf(view).dict.entries.get('DSS')
  const old = view.getDict(catalogOf(view).dict, 'DSS')
  const written: Readonly<Record<Kind, readonly PdfRef[]>> = {
    Certs: stored(file, increment, old, 'Certs', data.certificates),
    OCSPs: stored(file, increment, old, 'OCSPs', data.ocsps),
    CRLs: stored(file, increment, old, 'CRLs', data.crls),
  }
  // An object of its own: pyHanko takes one that stands in the store of an encrypted document for changed by the next.
  const related = increment.add(vriEntry(written))
  const vri = Object.fromEntries(contents.map((one) => [vriKey(one), related]))
  const store = withEntries(old ?? dict({}), {
    ...Object.fromEntries(
      Object.entries(written).map(([kind, refs]) => [kind, grownArray(file, old, kind, refs)]),
    ),
    VRI: withEntries(view.getDict(old, 'VRI') ?? dict({}), vri),
  })
  if (is(given, 'ref') && old) increment.set(currentRef(file, given), store)
  else changeCatalog(file, increment, { DSS: increment.add(store) })
}

/** Upper-case hexadecimal SHA-1, as the standard has it: a name, not a protection. */
export function vriKey(contents: Uint8Array): string {
  return createHash('sha1').update(contents).digest('hex').toUpperCase()
}

function vriEntry(written: Readonly<Record<Kind, readonly PdfRef[]>>): PdfDict {
  const lists = (Object.keys(IN_VRI) as Kind[]).map((kind) => {
    const refs = written[kind]
    return [IN_VRI[kind], refs.length === 0 ? undefined : array(...refs)] as const
  })
  return dict(Object.fromEntries(lists))
}

/** References to streams with these bytes: those that are there, and new ones. */
function stored(
  file: PdfFile,
  increment: Increment,
  old: PdfDict | undefined,
  kind: Kind,
  values: readonly Uint8Array[],
): readonly PdfRef[] {
  const known = new Map<string, PdfRef>()
  for (const item of file.view.getArray(old, kind)?.items ?? []) {
    const stream = file.view.resolve(item)
    if (is(item, 'ref') && is(stream, 'stream')) known.set(hashOf(file.view.data(stream)), item)
  }
  return values.map((bytes) => known.get(hashOf(bytes)) ?? increment.addStream(dict({}), bytes))
}

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64')

function grownArray(
  file: PdfFile,
  old: PdfDict | undefined,
  kind: string,
  added: readonly PdfRef[],
): PdfArray | undefined {
  const before = file.view.getArray(old, kind)?.items ?? []
  const isThere = (ref: PdfRef) => before.some((one) => isSame(one, ref))
  const items = [...before, ...added.filter((ref) => !isThere(ref))]
  return items.length === 0 ? undefined : array(...items)
}

function isSame(value: PdfValue, ref: PdfRef): boolean {
  return is(value, 'ref') && value.number === ref.number
}
