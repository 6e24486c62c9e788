import { catalogOf } from '../pdf/file.ts'
import { array, dict, integerOf, name, type PdfArray, type PdfDict } from '../pdf/values.ts'
import type { PdfView } from '../pdf/view.ts'
import type { ChosenField } from './field.ts'

/** What a signature forbids afterwards (ISO 32000-1 section 12.8.2): its author's word when it certifies, and
 *  what the field's /Lock asks for. Nothing when it forbids nothing. */
export function referencesOf(
  view: PdfView,
  { existing }: ChosenField,
  certify: boolean,
): PdfArray | undefined {
  const lock = existing && view.getDict(existing.dict, 'Lock')
  const permitted = integerOf(view.get(lock, 'P'))
  const references = [
    ...(certify
      ? [documentReference(2)]
      : permitted === undefined
        ? []
        : [documentReference(permitted)]),
    ...(lock ? [fieldReference(view, lock)] : []),
  ]
  return references.length === 0 ? undefined : array(...references)
}

function documentReference(permitted: number): PdfDict {
  return dict({
    Type: name('SigRef'),
    TransformMethod: name('DocMDP'),
    TransformParams: dict({ Type: name('TransformParams'), P: permitted, V: name('1.2') }),
  })
}

function fieldReference(view: PdfView, lock: PdfDict): PdfDict {
  return dict({
    Type: name('SigRef'),
    TransformMethod: name('FieldMDP'),
    Data: catalogOf(view).ref,
    TransformParams: dict({
      Type: name('TransformParams'),
      Action: view.get(lock, 'Action') ?? name('All'),
      Fields: lock.entries.has('Fields') ? view.get(lock, 'Fields') : undefined,
      V: name('1.2'),
    }),
  })
}
