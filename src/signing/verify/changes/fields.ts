import { is, nameOf, textOf, type PdfDict, type PdfValue } from '../../pdf/values.ts'
import { dictAt, follow, itemsAt, rootOf, type DocumentState } from './state.ts'

/** A node of the form's tree: a field, or one of the widgets of a field. */
export interface FormNode {
  /** Absent: it stands inside of its parent's array. */
  readonly number?: number
  readonly dict: PdfDict
  /** Full name (ISO 32000-2 section 12.7.4.2): of a widget, its field's. */
  readonly name: string
  /** /FT, its own or inherited. */
  readonly type?: string
  /** /V, its own or inherited. Absent: null, too. */
  readonly value?: PdfValue
  /** Number of the node that it hangs from. Absent: it is at the top, or hangs from none that has a number. */
  readonly parent?: number
  /** It has a partial name or is at the top; otherwise it is a mere widget of its parent. */
  readonly isField: boolean
}

const MOST_NODES = 50_000
const MOST_DEPTH = 64

/** All nodes of the form's tree, parents first. A node that is met twice is listed twice. */
export function formNodes(state: DocumentState): readonly FormNode[] {
  const form = dictAt(state, rootOf(state)?.entries.get('AcroForm'))
  const found: FormNode[] = []
  const roots = itemsAt(state, form?.entries.get('Fields'))
  for (const root of roots) walk(state, root, { name: '', depth: 0, path: [] }, found)
  return found
}

interface Above {
  readonly name: string
  readonly type?: string
  readonly value?: PdfValue
  readonly depth: number
  /** Numbers of the ancestors: a tree has no way back. */
  readonly path: readonly number[]
}

function walk(state: DocumentState, value: PdfValue, above: Above, found: FormNode[]): void {
  const dict = dictAt(state, value)
  if (dict === undefined || above.depth > MOST_DEPTH || found.length >= MOST_NODES) return
  const number = is(value, 'ref') ? value.number : undefined
  if (number !== undefined && above.path.includes(number)) return
  const node = nodeOf(state, dict, above, number)
  found.push(node)
  const path = number === undefined ? above.path : [...above.path, number]
  const below = { ...inherited(node), depth: above.depth + 1, path }
  for (const kid of itemsAt(state, dict.entries.get('Kids'))) walk(state, kid, below, found)
}

const inherited = ({ name, type, value }: FormNode) => ({ name, type, value })

function nodeOf(
  state: DocumentState,
  dict: PdfDict,
  above: Above,
  number: number | undefined,
): FormNode {
  const get = (key: string) => follow(state, dict.entries.get(key))
  const partial = textOf(get('T'))
  const name = [above.name, partial].filter((part) => part !== undefined && part !== '').join('.')
  const type = nameOf(get('FT')) ?? above.type
  // The value of another kind of field is nobody's signature.
  const value = dict.entries.get('V') ?? (type === above.type ? above.value : undefined)
  const isField = partial !== undefined || above.depth === 0
  return { number, dict, name, type, value, parent: above.path.at(-1), isField }
}
