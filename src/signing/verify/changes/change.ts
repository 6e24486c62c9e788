import { shownText } from '../shown-text.ts'

/** What a later revision did, by what it means to a signature before it. `unexplained`: nothing that may be
 *  added to a signed document, whatever it is. */
export type ChangeKind =
  | 'validation-data'
  | 'document-timestamp'
  | 'signature'
  | 'signature-field'
  | 'field-lock'
  | 'form-value'
  | 'annotation'
  | 'metadata'
  | 'extensions'
  /** Objects that nothing refers to, before or after. */
  | 'unreferenced'
  | 'unexplained'

export interface Change {
  readonly kind: ChangeKind
  /** Where: a page, a field, an object. Names of fields are the document's, cut to 100 characters. */
  readonly at: string
  /** Full name of the form field, of changes to one; as the document has it. */
  readonly field?: string
}

/** What was decided about the touched objects of one hop so far. */
export interface Findings {
  readonly changes: Change[]
  /** Numbers of touched objects whose change is accounted for. */
  readonly explained: Set<number>
}

export const newFindings = (): Findings => ({ changes: [], explained: new Set() })

export function note(findings: Findings, kind: ChangeKind, at: string, field?: string): void {
  const shown = { kind, at: shownText(at, 100), field }
  const isKnown = findings.changes.some(
    (change) => change.kind === kind && change.at === shown.at && change.field === field,
  )
  if (!isKnown) findings.changes.push(shown)
}
