import { fieldsOf, formOf, type PdfField, type PdfWidget } from '../pdf/fields.ts'
import { catalogOf, type PdfFile } from '../pdf/file.ts'
import { currentRef, type Increment } from '../pdf/increment.ts'
import { pageAt, type PdfPage } from '../pdf/pages.ts'
import { refuse } from '../pdf/refused.ts'
import {
  array,
  dict,
  integerOf,
  is,
  name,
  textString,
  withEntries,
  type PdfDict,
  type PdfRef,
  type PdfValue,
} from '../pdf/values.ts'
import type { Box } from '../pdf/pages.ts'

/** A field for a signature, as the increment will have it. */
export interface ChosenField {
  readonly name: string
  /** The field that is there. */
  readonly existing?: PdfField
  readonly page?: PdfPage
}

/** The empty field of this name, or a name for a new one. Throws `PdfRefused`. */
export function chooseField(
  { view }: PdfFile,
  { field, page = 1 }: { readonly field?: string; readonly page?: number },
  prefix: string,
): ChosenField {
  const fields = [...fieldsOf(view)]
  const found = field === undefined ? undefined : fields.find((one) => one.name === field)
  if (found) return { name: found.name, existing: emptyOne(found) }
  if (field !== undefined) checkNewName(field, fields)
  const names = new Set(fields.map((one) => one.name))
  let number = 1
  while (names.has(`${prefix}${number}`)) number++
  return { name: field ?? `${prefix}${number}`, page: pageAt(view, page) }
}

function emptyOne(field: PdfField): PdfField {
  if (field.kind !== 'Sig') refuse('field_not_signature', field.name)
  if (field.value !== null) refuse('field_signed', field.name)
  if (field.ref === undefined) refuse('damaged', 'a field that stands in no object')
  return field
}

const LONGEST_NAME = 127

/** A dot would make it a child of another field. */
function checkNewName(field: string, fields: readonly PdfField[]): void {
  const isFine = field !== '' && field.length <= LONGEST_NAME && !/[.\p{Cc}]/u.test(field)
  const isTaken = fields.some((one) => one.name.startsWith(`${field}.`))
  if (!isFine || isTaken) refuse('field_name_invalid')
}

/** Print, and locked against being moved: what PDF/A wants of every widget (ISO 19005-2 section 6.3.2). */
const PRINT = 4
const LOCKED = 128
/** Invisible, hidden, not to be viewed: a signature must not be. */
const HIDING = 1 | 2 | 32

export interface Drawn {
  /** The form XObject. */
  readonly appearance: PdfRef
  readonly box: Box
}

/** Puts a new field onto its page and into the form, or fills the one that is there. */
export function placeSignature(
  file: PdfFile,
  increment: Increment,
  chosen: ChosenField,
  signature: PdfRef,
  drawn: Drawn,
): void {
  const appearance = dict({ N: drawn.appearance })
  if (chosen.existing) fillField(file, increment, chosen.existing, signature, appearance)
  else addField(file, increment, chosen, signature, appearance, drawn.box)
  setSignatureFlags(file, increment)
}

function fillField(
  file: PdfFile,
  increment: Increment,
  field: PdfField,
  signature: PdfRef,
  appearance: PdfDict,
): void {
  const shown = (widget: PdfWidget) => ({
    AP: appearance,
    F: ((integerOf(file.view.get(widget.dict, 'F')) ?? 0) | PRINT) & ~HIDING,
  })
  if (field.ref === undefined) return
  const [widget] = field.widgets
  const isMerged = widget?.dict === field.dict
  increment.set(
    currentRef(file, field.ref),
    withEntries(field.dict, { V: signature, ...(isMerged ? shown(widget) : {}) }),
  )
  if (widget?.ref && !isMerged)
    increment.set(currentRef(file, widget.ref), withEntries(widget.dict, shown(widget)))
}

function addField(
  file: PdfFile,
  increment: Increment,
  chosen: ChosenField,
  signature: PdfRef,
  appearance: PdfDict,
  box: Box,
): void {
  const page = chosen.page?.ref
  const isVisible = box[0] !== box[2]
  if (page === undefined && isVisible) refuse('page_unknown', 'the page has no object of its own')
  const field = increment.add(
    dict({
      Type: name('Annot'),
      Subtype: name('Widget'),
      FT: name('Sig'),
      T: textString(chosen.name),
      V: signature,
      F: PRINT | LOCKED,
      Rect: array(...box),
      P: page,
      AP: appearance,
    }),
  )
  if (chosen.page && page)
    appendTo(file, increment, { ref: page, dict: chosen.page.dict }, 'Annots', field)
  addToForm(file, increment, field)
}

interface Owner {
  readonly ref: PdfRef
  readonly dict: PdfDict
}

/** Appends to an array of a dictionary. An array that is an object of its own is written alone. */
function appendTo(
  file: PdfFile,
  increment: Increment,
  owner: Owner,
  key: string,
  value: PdfValue,
): void {
  const given = owner.dict.entries.get(key)
  const items = file.view.getArray(owner.dict, key)?.items ?? []
  const longer = array(...items, value)
  if (is(given, 'ref') && is(file.view.resolve(given), 'array'))
    increment.set(currentRef(file, given), longer)
  else increment.set(currentRef(file, owner.ref), withEntries(owner.dict, { [key]: longer }))
}

const SIGNATURES_EXIST_APPEND_ONLY = 3

/** The form, whether it is an object of its own, stands in the catalog, or is not there yet. */
function addToForm(file: PdfFile, increment: Increment, field: PdfRef): void {
  const { view } = file
  const catalog = catalogOf(view)
  const given = catalog.dict.entries.get('AcroForm')
  const form = formOf(view)
  const fields = form?.entries.get('Fields')
  const isOwnArray = is(fields, 'ref') && is(view.resolve(fields), 'array')
  const items = view.getArray(form, 'Fields')?.items ?? []
  if (isOwnArray) increment.set(currentRef(file, fields), array(...items, field))
  const changes = {
    Fields: isOwnArray ? fields : array(...items, field),
    SigFlags: flagsOf(file, form),
  }
  writeForm(file, increment, given, withEntries(form ?? dict({}), changes))
}

function setSignatureFlags(file: PdfFile, increment: Increment): void {
  const form = formOf(file.view)
  const isSet = form && integerOf(file.view.get(form, 'SigFlags')) === flagsOf(file, form)
  if (form === undefined || isSet || increment.has(formHome(file))) return
  const given = catalogOf(file.view).dict.entries.get('AcroForm')
  writeForm(file, increment, given, withEntries(form, { SigFlags: flagsOf(file, form) }))
}

function flagsOf(file: PdfFile, form: PdfDict | undefined): number {
  return (integerOf(file.view.get(form, 'SigFlags')) ?? 0) | SIGNATURES_EXIST_APPEND_ONLY
}

/** The object that holds the form. */
function formHome(file: PdfFile): PdfRef {
  const catalog = catalogOf(file.view)
  const given = catalog.dict.entries.get('AcroForm')
  return is(given, 'ref') ? given : catalog.ref
}

function writeForm(
  file: PdfFile,
  increment: Increment,
  given: PdfValue | undefined,
  form: PdfDict,
): void {
  if (is(given, 'ref') && formOf(file.view)) increment.set(currentRef(file, given), form)
  else changeCatalog(file, increment, { AcroForm: given ? form : increment.add(form) })
}

/** Several parts of one increment may change the catalog: each sees what the others did. */
export function changeCatalog(
  file: PdfFile,
  increment: Increment,
  changes: Readonly<Record<string, PdfValue | undefined>>,
): void {
  const { ref, dict: before } = catalogOf(file.view)
  const written = increment.valueOf(ref)
  const current = is(written, 'dict') ? written : before
  increment.set(currentRef(file, ref), withEntries(current, changes))
}
