/** The camera on the pages of the card and of the face: shows it, sends pictures, and says what the server
 *  answers. It decides nothing: whoever changes this script deceives nobody but himself. */
import { guideOf } from './camera-guide.ts'
import { signalsOf } from './camera-signals.ts'
import { openCamera, type Source } from './camera-source.ts'
import { streamOf, type Answer } from './camera-stream.ts'
import { shrinkUploads } from './camera-upload.ts'
import { part, pause, wordsOf } from './camera-words.ts'

/** Between two pictures, at least: about seven a second of a face, four of a card. */
const EVERY_MS: Readonly<Record<string, number>> = { face: 140, card: 250 }
/** An answer that takes longer wants smaller pictures. */
const SLOW_MS = 700

const root = document.querySelector<HTMLElement>('[data-camera]')
if (root !== null) setUp(root)

function setUp(camera: HTMLElement): void {
  const what = camera.dataset['camera'] || ''
  const guide = guideOf(camera)
  const form = camera.closest('form') || document.createElement('form')
  const view = part(camera, '.camera-view', HTMLElement)
  const start = part(camera, '[data-start]', HTMLButtonElement)
  const video = part(camera, '[data-video]', HTMLVideoElement)
  const words = wordsOf(camera)
  let source: Source | undefined

  shrinkUploads(words.camera)
  start.addEventListener('click', () => void open())
  start.disabled = false
  addEventListener('pagehide', close)

  async function open(): Promise<void> {
    start.disabled = true
    guide.wake()
    guide.tell('starting', 'wait')
    const opened = await openCamera(video, what)
    start.disabled = false
    if (typeof opened === 'string') return stumble(opened)
    source = opened
    camera.dataset['live'] = ''
    view.focus({ preventScroll: true })
    camera.scrollIntoView({ block: 'center' })
    opened.track.addEventListener('ended', () => {
      if (source === opened) stumble('ended')
    })
    await send(opened)
  }

  function close(): void {
    if (source !== undefined) source.stop()
    source = undefined
    delete camera.dataset['live']
  }

  /** Says what is wrong, and offers the other ways. */
  function stumble(fault: string): void {
    close()
    guide.tell(fault, 'bad')
    start.textContent = words.camera['again'] || ''
    for (const other of document.querySelectorAll<HTMLDetailsElement>('[data-upload]')) {
      other.open = true
    }
  }

  async function send(from: Source): Promise<void> {
    const post = streamOf(form)
    const signals = signalsOf(video, from.track)
    let quality = 0.85
    let isDone = false
    while (source === from && !isDone) {
      if (document.hidden) await untilSeen()
      const began = performance.now()
      const picture = await from.grab(quality)
      const answer = picture && (await post(picture))
      const took = performance.now() - began
      quality = took > SLOW_MS ? 0.7 : 0.85
      if (source === from && answer !== undefined) isDone = await heard(answer)
      if (!isDone) await pause(Math.max(0, (EVERY_MS[what] || 200) - took))
    }
    signals.stop()
    if (isDone && source === from) finish(from, signals.read())
  }

  /** True when the server has seen all that it wants. */
  async function heard(answer: Answer): Promise<boolean> {
    if (answer.kind === 'said') {
      guide.show(answer.reply)
      return answer.reply.done
    }
    if (answer.kind === 'later') {
      guide.tell(answer.why, 'wait')
      await pause(answer.ms)
    } else if (answer.kind === 'moved') {
      close()
      location.reload()
    } else stumble('failed')
    return false
  }

  function finish(from: Source, signals: string): void {
    part(camera, '[data-signals]', HTMLInputElement).value = signals
    video.pause()
    from.track.stop()
    source = undefined
    part(camera, '[data-next]', HTMLButtonElement).click()
  }

  async function untilSeen(): Promise<void> {
    guide.tell('paused', 'wait')
    while (document.hidden && source !== undefined) await pause(200)
  }
}
