/** What the browser says of its camera: hints for who judges, since who cheats can say anything. Nothing here
 *  follows a person elsewhere. */
export interface Signals {
  /** JSON, below 1000 characters. */
  read(): string
  stop(): void
}

const LONGEST = 200

export function signalsOf(video: HTMLVideoElement, track: MediaStreamTrack): Signals {
  const times = timesOf(video)
  return {
    read() {
      const { width, height, frameRate, facingMode } = track.getSettings()
      return JSON.stringify({
        label: track.label.slice(0, LONGEST),
        settings: { width, height, frameRate, facingMode },
        webdriver: navigator.webdriver,
        frames: times.read(),
      })
    },
    stop: () => times.stop(),
  }
}

/** Milliseconds between the camera's frames: how many, how long, how unlike. Unknown to older browsers. */
function timesOf(video: HTMLVideoElement) {
  let [count, sum, squares, last, isOn] = [0, 0, 0, 0, true]
  const isAble = 'requestVideoFrameCallback' in video
  const next = () => {
    if (isOn && isAble) video.requestVideoFrameCallback(seen)
  }
  const seen = (_: number, frame: VideoFrameCallbackMetadata) => {
    const at = frame.captureTime || frame.presentationTime
    const passed = at - last
    if (last > 0) [count, sum, squares] = [count + 1, sum + passed, squares + passed * passed]
    last = at
    next()
  }
  next()
  return {
    read() {
      if (count === 0) return undefined
      const mean = sum / count
      const deviation = Math.sqrt(Math.max(0, squares / count - mean * mean))
      return { count, mean, deviation }
    },
    stop: () => void (isOn = false),
  }
}
