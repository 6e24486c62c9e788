import type { Clock } from '../ports/clock.ts'
import type {
  LivenessPrompt,
  LivenessProvider,
  LivenessVerdict,
} from '../ports/liveness-provider.ts'

/** A clock that stands until it is moved. */
export function virtualClock(start = 0): Clock & { later(ms: number): void } {
  let now = start
  return { now: () => now, later: (ms) => void (now += ms) }
}

export interface Playing {
  readonly provider: LivenessProvider
  readonly frames: readonly Uint8Array[]
  readonly clock: ReturnType<typeof virtualClock>
  /** Pictures of the video in a second. */
  readonly fps: number
  /** Frames that the page sends in a second. */
  readonly sends: number
  readonly gentle?: boolean
  /** Told whenever what is said changes; seconds from the beginning. */
  readonly onPrompt?: (prompt: LivenessPrompt, seconds: number) => void
}

const ID = 'challenge'
const MOST_SENT = 10_000

/** Plays a video in a loop before the judge, as a camera would, in virtual time: at each sending the picture that
 *  is on then. */
export async function played(playing: Playing): Promise<LivenessVerdict> {
  const { provider, frames, clock, fps, sends, gentle, onPrompt } = playing
  const begun = clock.now()
  let said = ''
  const heard = (prompt: LivenessPrompt) => {
    if (prompt.say !== said) onPrompt?.(prompt, (clock.now() - begun) / 1000)
    said = prompt.say
    return prompt.isDone
  }
  let isDone = heard(await provider.begin(ID, { gentle }))
  for (let sequence = 0; !isDone && sequence < MOST_SENT; sequence += 1) {
    const at = begun + (sequence * 1000) / sends
    clock.later(at - clock.now())
    const picture = frames[Math.floor(((at - begun) * fps) / 1000) % frames.length]
    if (picture === undefined) throw new RangeError('the video has no pictures')
    const prompt = await provider.see(ID, { sequence, image: Uint8Array.from(picture) })
    isDone = prompt === undefined || heard(prompt)
  }
  const verdict = await provider.conclude(ID)
  if (verdict === undefined) throw new Error('the stream was closed before its end')
  return verdict
}
