/** The camera on the pages of the card and of the face: shows it, sends pictures, and says what the server
 *  answers. It decides nothing: whoever changes this script deceives nobody but himself. */
import { guideOf } from './camera-guide.ts'
import { count, newTiming, signalsOf, type Timing } from './camera-signals.ts'
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
    view.focus()
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
    const timing = newTiming()
    let quality = 0.85
    while (source === from) {
      if (document.hidden) await untilSeen(timing)
      const began = performance.now()
      const picture = await from.grab(quality)
      if (picture === undefined) {
        await pause(100)
        continue
      }
      const answer = await post(picture)
      const took = performance.now() - began
      count(timing, took)
      quality = took > SLOW_MS ? 0.7 : 0.85
      if (source !== from) return
      if (await isOver(answer, from, timing)) return
      await pause(Math.max(0, (EVERY_MS[what] || 200) - took))
    }
  }

  async function isOver(answer: Answer, from: Source, timing: Timing): Promise<boolean> {
    if (answer.kind === 'moved') {
      close()
      location.reload()
      return true
    }
    if (answer.kind === 'refused') {
      stumble('failed')
      return true
    }
    if (answer.kind === 'later') {
      guide.tell(answer.why, 'wait')
      await pause(answer.ms)
      return false
    }
    guide.show(answer.reply)
    if (answer.reply.done) await finish(from, timing)
    return answer.reply.done
  }

  async function finish(from: Source, timing: Timing): Promise<void> {
    part(camera, '[data-signals]', HTMLInputElement).value = await signalsOf(from.track, timing)
    video.pause()
    from.track.stop()
    source = undefined
    part(camera, '[data-next]', HTMLButtonElement).click()
  }

  async function untilSeen(timing: Timing): Promise<void> {
    timing.hidden += 1
    guide.tell('paused', 'wait')
    while (document.hidden && source !== undefined) await pause(200)
  }
}
