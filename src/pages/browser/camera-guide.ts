import { part, wordsOf, type Reply, type Tone } from './camera-words.ts'
import { voiceOf } from './camera-voice.ts'

export interface Guide {
  /** Something of the camera or the connection: a key of the words under `camera`. */
  tell(key: string, tone: Tone): void
  /** What the server said to a picture. */
  show(reply: Reply): void
  /** From a press of a button: from now on it may sound. */
  wake(): void
}

/** Puts into words, arrows, colours and sound what the server says, and judges nothing. */
export function guideOf(root: HTMLElement): Guide {
  const words = wordsOf(root)
  const place = part(root, '[data-say]', HTMLElement)
  const ring = root.querySelector<SVGElement>('[data-ring]')
  const corners = root.querySelector<SVGElement>('[data-corners]')
  const voice = voiceOf(root)
  const arrows = words.arrows || {}
  let last = ''

  function write(text: string | undefined, tone: Tone, arrow = '') {
    root.dataset['tone'] = tone
    root.dataset['arrow'] = arrow
    if (text === undefined || text === place.textContent) return
    place.textContent = text
    voice.say(text, tone)
  }

  return {
    wake: () => voice.wake(),
    tell(key, tone) {
      last = ''
      write(words.camera[key] || words.says[key], tone)
    },
    show({ say, tone, progress, corners: found, done }) {
      if (ring !== null) ring.style.strokeDashoffset = String(100 - 100 * progress)
      if (corners !== null) corners.setAttribute('points', done ? '' : pointsOf(found || []))
      if (done) root.dataset['done'] = ''
      // A single bad picture between good ones is no news.
      if (tone !== 'bad' || say === last) write(words.says[say], tone, arrows[say])
      last = say
    },
  }
}

/** Shares of the picture as places in the drawing over it, which is 400 by 300. */
function pointsOf(corners: readonly (readonly [number, number])[]): string {
  return corners.map(([x, y]) => `${Math.round(x * 400)},${Math.round(y * 300)}`).join(' ')
}
