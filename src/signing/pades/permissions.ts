import { fieldsOf } from '../pdf/fields.ts'
import { catalogOf } from '../pdf/file.ts'
import { refuse } from '../pdf/refused.ts'
import { signatureIn, signaturesOf, type PdfSignature } from '../pdf/signatures.ts'
import { dictOf, integerOf, nameOf, textOf, type PdfDict, type PdfValue } from '../pdf/values.ts'
import type { PdfFile } from '../pdf/file.ts'
import type { PdfView } from '../pdf/view.ts'

/** Modify annotations and fill in forms; fill in forms and sign (ISO 32000-1 table 22, bits 6 and 9). */
const MAY_SIGN = (1 << 5) | (1 << 8)

/** The owner of an encrypted document may forbid others to sign it. Throws `PdfRefused`. */
export function checkOwnerAllows({ encryption }: PdfFile): void {
  if (encryption && (encryption.permissions & MAY_SIGN) === 0) refuse('permissions_forbid')
}

/** Earlier signatures may forbid every change (DocMDP, P = 1), or to touch this field (FieldMDP). `field`: full
 *  name of the field that is to be signed, new or not. Throws `PdfRefused`. */
export function checkSignaturesAllow(view: PdfView, field: string): void {
  for (const signature of signaturesOf(view)) {
    if (isFinal(view, signature)) refuse('certified_final')
    if (locks(view, signature).some((lock) => isLocked(view, lock, field))) refuse('field_locked')
  }
  const certification = dictOf(view.get(permsOf(view), 'DocMDP'))
  if (certification && allowedChanges(view, certification) === 1) refuse('certified_final')
}

/** Certifying is for the first signature. Throws `PdfRefused`. */
export function checkMayCertify(view: PdfView): void {
  if (isCertified(view)) refuse('already_certified')
  for (const field of fieldsOf(view)) if (signatureIn(view, field)) refuse('already_signed')
}

export function isCertified(view: PdfView): boolean {
  return dictOf(view.get(permsOf(view), 'DocMDP')) !== undefined
}

function permsOf(view: PdfView): PdfDict | undefined {
  return view.getDict(catalogOf(view).dict, 'Perms')
}

function isFinal(view: PdfView, { dict, field, kind }: PdfSignature): boolean {
  if (kind === 'timestamp') return false
  const lock = view.getDict(field.dict, 'Lock')
  return allowedChanges(view, dict) === 1 || integerOf(view.get(lock, 'P')) === 1
}

/** /P of the DocMDP transform; 2 where it is not said; nothing when there is no such transform. */
function allowedChanges(view: PdfView, signature: PdfDict): number | undefined {
  const parameters = transformOf(view, signature, 'DocMDP')
  return parameters && (integerOf(view.get(parameters, 'P')) ?? 2)
}

function locks(view: PdfView, { dict }: PdfSignature): readonly PdfDict[] {
  const parameters = transformOf(view, dict, 'FieldMDP')
  return parameters ? [parameters] : []
}

function transformOf(view: PdfView, signature: PdfDict, method: string): PdfDict | undefined {
  const references = view.getArray(signature, 'Reference')?.items ?? []
  const found = references
    .map((one) => dictOf(view.resolve(one)))
    .find((one) => nameOf(view.get(one, 'TransformMethod')) === method)
  return found && (view.getDict(found, 'TransformParams') ?? found)
}

/** ISO 32000-1 table 256. An action that is not known locks everything. */
function isLocked(view: PdfView, lock: PdfDict, field: string): boolean {
  const action = nameOf(view.get(lock, 'Action'))
  const named = namesIn(view, view.get(lock, 'Fields')).some(
    (name) => field === name || field.startsWith(`${name}.`),
  )
  if (action === 'Include') return named
  return action === 'Exclude' ? !named : true
}

function namesIn(view: PdfView, value: PdfValue): readonly string[] {
  const items = typeof value === 'object' && value?.type === 'array' ? value.items : []
  return items.map((item) => textOf(view.resolve(item)) ?? '')
}
