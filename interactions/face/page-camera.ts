import { html } from 'hono/html'
import { texts } from '../../src/pages/text/index.ts'
import { cardDrawing, faceDrawing } from './page-drawings.ts'
import { stateOf, type FaceView } from './page-state.ts'

type Words = Readonly<Record<string, string>>

/** The front of the card: by the camera, which takes the picture by itself, or as a file. */
export function card(view: FaceView) {
  stateOf(view, 'card')
  const { locale, error } = view
  const { face } = texts(locale)
  return html`<h1>${face.cardTitle}</h1>
    <p>${face.cardText}</p>
    ${camera(view, {
      what: 'card',
      label: face.cardView,
      start: face.openCamera,
      ready: face.cardReady,
      says: face.cardSay,
      drawing: cardDrawing(),
    })}
    <details class="upload" data-upload ${error ? html`open` : ''}>
      <summary>${face.uploadTitle}</summary>
      <p class="field">
        <label for="card">${face.uploadLabel}</label>
        <input
          id="card"
          name="card"
          type="file"
          accept="image/jpeg,image/png,image/webp"
          capture="environment"
          aria-describedby="${error ? 'wrong ' : ''}card-hint"
          ${error ? html`aria-invalid="true"` : ''}
        />
        <span class="hint" id="card-hint">${face.uploadHint}</span>
      </p>
      <p>
        <button
          class="button"
          name="action"
          value="next"
          formenctype="multipart/form-data"
          data-upload-send
        >
          ${face.upload}
        </button>
      </p>
      <p class="hint" role="status" data-upload-said></p>
    </details>
    ${elsewhere(view)}`
}

/** The movements. Who cannot turn the head has the camera moved instead. */
export function liveness(view: FaceView) {
  const { gentle, secondsAllowed } = stateOf(view, 'liveness')
  const { face } = texts(view.locale)
  return html`<h1>${face.livenessTitle}</h1>
    <p>${gentle ? face.gentleText : face.livenessText}</p>
    ${camera(view, {
      what: 'face',
      label: face.faceView,
      start: face.start,
      ready: face.faceReady,
      says: gentle ? { ...face.say, ...face.gentleSay } : face.say,
      arrows: gentle ? GENTLE_ARROWS : ARROWS,
      drawing: faceDrawing(),
    })}
    <noscript><p class="wrong">${face.needsScript}</p></noscript>
    <p class="hint">${face.secondsAllowed(Math.round(secondsAllowed))}</p>
    <div class="aside">
      <button class="link" name="action" value="${gentle ? 'turning' : 'gentle'}" formnovalidate>
        ${gentle ? face.turning : face.gentle}
      </button>
    </div>
    ${elsewhere(view)}`
}

/** The picture is a mirror: one's own left is at its left. */
const ARROWS: Words = {
  turn_left: 'left',
  turn_right: 'right',
  come_closer: 'in',
  too_far: 'in',
  go_back: 'out',
  too_near: 'out',
}
/** A phone that goes to the right sees what a head shows that turns to the left. */
const GENTLE_ARROWS: Words = { ...ARROWS, turn_left: 'right', turn_right: 'left' }

interface Camera {
  readonly what: 'card' | 'face'
  readonly label: string
  readonly start: string
  readonly ready: string
  readonly says: Words
  readonly arrows?: Words
  readonly drawing: ReturnType<typeof html>
}

/** The script (src/pages/browser/camera.ts) finds all its words here, and the form around it; it enables what it
 *  can do. Places are kept for everything, so that nothing jumps when the camera opens or something is said. */
function camera(
  { locale }: FaceView,
  { what, label, start, ready, drawing, says, arrows }: Camera,
) {
  const { face } = texts(locale)
  return html`<div
    class="camera camera-${what}"
    data-camera="${what}"
    data-locale="${locale}"
    data-words="${JSON.stringify({ camera: face.camera, says, arrows })}"
  >
    <p class="camera-say" role="status" data-say>${ready}</p>
    <div class="camera-view" role="group" aria-label="${label}" tabindex="-1">
      <video playsinline muted aria-hidden="true" data-video></video>
      ${drawing}
      <button class="button camera-start" type="button" data-start disabled>${start}</button>
    </div>
    <div class="camera-tools">
      <button class="link" type="button" aria-pressed="true" data-voice hidden>
        ${face.voice}
      </button>
    </div>
    <input type="hidden" name="signals" value="" data-signals />
    <button name="action" value="next" data-next hidden>${texts(locale).continue}</button>
  </div>`
}

/** Another device, for who has no camera here; the other device itself has none to go to. */
function elsewhere({ locale, isHandedOver }: FaceView) {
  if (isHandedOver) return ''
  return html`<div class="aside" data-elsewhere>
    <button class="button quiet" name="action" value="handover" formnovalidate>
      ${texts(locale).face.handOver}
    </button>
  </div>`
}
