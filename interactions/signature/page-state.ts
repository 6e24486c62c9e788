import type { AskView } from '../../src/assurance/level.ts'
import type { SignatureState } from './state.ts'

export type SignatureView = AskView<SignatureState>
type State<Kind> = Extract<SignatureState, { kind: Kind }>

/** The state of a page is of the page's kind: a level that mixes them up is a bug. */
export function stateOf<Kind extends SignatureState['kind']>(
  { state }: SignatureView,
  kind: Kind,
): State<Kind> {
  if (state.kind !== kind) throw new TypeError(`this page is drawn from ${kind}`)
  return state as State<Kind>
}
