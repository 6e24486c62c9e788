import type { AskView } from '../../src/assurance/level.ts'
import type { FaceState } from './state.ts'

export type FaceView = AskView<FaceState>
type State<Kind> = Extract<FaceState, { kind: Kind }>

/** The state of a page is of the page's kind: a level that mixes them up is a bug. */
export function stateOf<Kind extends FaceState['kind']>(
  { state }: FaceView,
  kind: Kind,
): State<Kind> {
  if (state.kind !== kind) throw new TypeError(`this page is drawn from ${kind}`)
  return state as State<Kind>
}
