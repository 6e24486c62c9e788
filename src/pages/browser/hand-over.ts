/** On the first device: looks now and then whether the other one is further, and then draws the page anew. */
import { actionOf } from './camera-stream.ts'
import { pause } from './camera-words.ts'

const EVERY_MS = 2000

const waiting = document.querySelector<HTMLElement>('[data-hand-over]')
const form = waiting && waiting.closest('form')
if (waiting !== null && form !== null) {
  void watch(form, { place: placeOf(form), phase: waiting.dataset['handOver'] || '' })
}

interface Where {
  readonly place?: string
  readonly phase?: string
}

async function watch(around: HTMLFormElement, shown: Where): Promise<void> {
  for (;;) {
    await pause(EVERY_MS)
    if (document.hidden || around.getAttribute('aria-busy') === 'true') continue
    const now = await where(around)
    if (now === undefined || (now.place === shown.place && now.phase === shown.phase)) continue
    location.reload()
    return
  }
}

/** Undefined: not heard, and asked again. */
async function where(around: HTMLFormElement): Promise<Where | undefined> {
  try {
    const answer = await fetch(`${actionOf(around)}/state`, { credentials: 'same-origin' })
    if (answer.ok) return (await answer.json()) as Where
    return answer.status === 410 ? {} : undefined
  } catch {
    return undefined
  }
}

function placeOf(around: HTMLFormElement): string {
  const field = around.querySelector<HTMLInputElement>('input[name="place"]')
  return field === null ? '' : field.value
}
