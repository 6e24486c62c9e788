import { html } from 'hono/html'
import type { AskView } from '../../src/assurance/level.ts'
import type { FaceState } from './state.ts'

type View = AskView<FaceState>
type State<Kind> = Extract<FaceState, { kind: Kind }>

export const facePages = { consent, card, liveness, again, stopped, handover }

/** The state of a page is of the page's kind: a level that mixes them up is a bug. */
function stateOf<Kind extends FaceState['kind']>({ state }: View, kind: Kind): State<Kind> {
  if (state.kind !== kind) throw new TypeError(`this page is drawn from ${kind}`)
  return state as State<Kind>
}

const button = (action: string) =>
  html`<button class="button" name="action" value="${action}">${action}</button>`

function consent(view: View) {
  stateOf(view, 'consent')
  return html`<h1>consent</h1>
    ${button('agree')} ${view.isHandedOver ? '' : button('handover')}`
}

function card(view: View) {
  stateOf(view, 'card')
  return html`<h1>card</h1>
    <input type="file" name="card" accept="image/jpeg,image/png,image/webp" capture="environment" />
    <button class="button" name="action" value="next" formenctype="multipart/form-data">
      next
    </button>`
}

function liveness(view: View) {
  const { gentle } = stateOf(view, 'liveness')
  return html`<h1>liveness</h1>
    <input type="hidden" name="signals" value="" />
    ${button('next')} ${button(gentle ? 'turning' : 'gentle')}`
}

function again(view: View) {
  const { reasons, triesLeft } = stateOf(view, 'again')
  return html`<h1>again</h1>
    <p>${reasons.join(' ')} ${triesLeft}</p>
    ${button('retry')}`
}

function stopped(view: View) {
  const { why } = stateOf(view, 'stopped')
  return html`<h1>stopped</h1>
    <p>${why}</p>
    ${button('return')}`
}

function handover(view: View) {
  const { address, number, phase } = stateOf(view, 'handover')
  return html`<h1>handover</h1>
    <p>${address} ${number} ${phase}</p>
    ${button('handover')} ${button('take_back')}`
}
