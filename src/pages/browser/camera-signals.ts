/** What the browser says of itself and of its camera. It proves nothing, since who cheats can say anything; it
 *  is one more hint for who judges. No number of a device, nothing that follows a person elsewhere. */
export interface Timing {
  frames: number
  /** Times the tab was hidden. */
  hidden: number
  /** Milliseconds from a picture to its answer, all and squared, for mean and spread. */
  sum: number
  squares: number
}

export const newTiming = (): Timing => ({ frames: 0, hidden: 0, sum: 0, squares: 0 })

export function count(timing: Timing, ms: number): void {
  timing.frames += 1
  timing.sum += ms
  timing.squares += ms * ms
}

const LONGEST = 120

/** JSON of flat facts, below 1000 characters. */
export async function signalsOf(track: MediaStreamTrack, timing: Timing): Promise<string> {
  const { width, height, frameRate, facingMode } = track.getSettings()
  const mean = timing.sum / Math.max(1, timing.frames)
  const variance = timing.squares / Math.max(1, timing.frames) - mean * mean
  return JSON.stringify({
    label: track.label.slice(0, LONGEST),
    width,
    height,
    frameRate: frameRate && Math.round(frameRate),
    facingMode,
    cameras: await cameras(),
    webdriver: navigator.webdriver,
    touch: navigator.maxTouchPoints,
    frames: timing.frames,
    hidden: timing.hidden,
    meanMs: Math.round(mean),
    spreadMs: Math.round(Math.sqrt(Math.max(0, variance))),
  })
}

async function cameras(): Promise<number | undefined> {
  try {
    const devices = await navigator.mediaDevices.enumerateDevices()
    return devices.filter(({ kind }) => kind === 'videoinput').length
  } catch {
    return undefined
  }
}
