import type { Reply } from './camera-words.ts'

export type Answer =
  | { readonly kind: 'said'; readonly reply: Reply }
  /** The page is no longer where the interaction stands. */
  | { readonly kind: 'moved' }
  /** Later; `why` is a key of the words under `camera`, or `busy`. */
  | { readonly kind: 'later'; readonly why: 'offline' | 'slow' | 'busy'; readonly ms: number }
  /** This will not do, however often it is sent. */
  | { readonly kind: 'refused'; readonly status: number }

/** Longer than the server thinks about one picture, shorter than patience. */
const LIMIT_MS = 15_000
const LATER_MS = 1000
const MOVED = [401, 403, 404, 409, 410]

/** Posts pictures to the page's stream, one after another. The first one begins what the server looks for: until
 *  it is answered, it stays the first. */
export function streamOf(form: HTMLFormElement): (picture: Blob) => Promise<Answer> {
  let sequence = 0
  const headers = {
    'X-CSRF-Token': valueOf(form, 'csrf'),
    'X-Place': valueOf(form, 'place'),
  }
  return async (picture) => {
    const answer = await send(picture, String(sequence))
    if (sequence > 0 || answer.kind !== 'later') sequence += 1
    return answer
  }

  async function send(picture: Blob, number: string): Promise<Answer> {
    const stop = new AbortController()
    const timer = setTimeout(() => stop.abort(), LIMIT_MS)
    try {
      const answer = await fetch(`${actionOf(form)}/stream`, {
        method: 'POST',
        body: picture,
        credentials: 'same-origin',
        headers: { ...headers, 'Content-Type': picture.type, 'X-Sequence': number },
        signal: stop.signal,
      })
      return await understood(answer)
    } catch (error) {
      const isSlow = (error as Error).name === 'AbortError'
      return { kind: 'later', why: isSlow ? 'slow' : 'offline', ms: LATER_MS }
    } finally {
      clearTimeout(timer)
    }
  }
}

async function understood(answer: Response): Promise<Answer> {
  if (answer.ok) return { kind: 'said', reply: (await answer.json()) as Reply }
  if (MOVED.indexOf(answer.status) >= 0) return { kind: 'moved' }
  if (answer.status === 429 || answer.status >= 500) {
    const seconds = Number(answer.headers.get('Retry-After'))
    return { kind: 'later', why: 'busy', ms: Math.min(10_000, seconds * 1000 || LATER_MS) }
  }
  return { kind: 'refused', status: answer.status }
}

/** By the attribute: a button named `action` hides the property. */
export function actionOf(form: HTMLFormElement): string {
  return form.getAttribute('action') || ''
}

function valueOf(form: HTMLFormElement, name: string): string {
  const field = form.querySelector<HTMLInputElement>(`input[name="${name}"]`)
  return field === null ? '' : field.value
}
