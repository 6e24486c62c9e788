import { pause } from './camera-words.ts'

/** Keys of the words under `camera`. */
export type CameraFault = 'denied' | 'none' | 'in_use' | 'unable'

export interface Source {
  readonly track: MediaStreamTrack
  /** JPEG of what the camera sees now; undefined while it sees nothing. */
  grab(quality: number): Promise<Blob | undefined>
  stop(): void
}

interface Wish {
  readonly camera: MediaTrackConstraints
  /** Pixels of the longer side that is sent. */
  readonly longest: number
  /** Width by height of what is sent, cut from the middle as the page shows it; absent: all of it. */
  readonly ratio?: number
}

const WISHES: Readonly<Record<string, Wish>> = {
  card: {
    camera: {
      facingMode: { ideal: 'environment' },
      width: { ideal: 1920 },
      height: { ideal: 1440 },
    },
    longest: 1280,
    ratio: 4 / 3,
  },
  face: {
    camera: { facingMode: 'user', width: { ideal: 640 }, height: { ideal: 480 } },
    longest: 640,
  },
}

/** What getUserMedia may throw (Media Capture and Streams, section 10.2), old names included. */
const FAULTS: Readonly<Record<string, CameraFault>> = {
  NotAllowedError: 'denied',
  PermissionDeniedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'none',
  DevicesNotFoundError: 'none',
  NotReadableError: 'in_use',
  TrackStartError: 'in_use',
  AbortError: 'in_use',
}

export async function openCamera(
  video: HTMLVideoElement,
  what: string,
): Promise<Source | CameraFault> {
  const wish = WISHES[what]
  const devices = (navigator as { mediaDevices?: MediaDevices }).mediaDevices
  if (wish === undefined || devices === undefined) return 'unable'
  try {
    const stream = await askFor(devices, wish.camera)
    const track = stream.getVideoTracks()[0]
    if (track === undefined) return 'none'
    video.srcObject = stream
    await video.play()
    return sourceOf(video, track, wish)
  } catch (error) {
    return FAULTS[(error as Error).name] || 'unable'
  }
}

/** Any camera is better than none: wishes that cannot be had are dropped. */
async function askFor(devices: MediaDevices, wishes: MediaTrackConstraints): Promise<MediaStream> {
  try {
    return await devices.getUserMedia({ video: wishes, audio: false })
  } catch (error) {
    if ((error as Error).name !== 'OverconstrainedError') throw error
    return devices.getUserMedia({ video: true, audio: false })
  }
}

function sourceOf(video: HTMLVideoElement, track: MediaStreamTrack, wish: Wish): Source {
  const canvas = document.createElement('canvas')
  return {
    track,
    async grab(quality) {
      await newFrame(video)
      if (!draw(video, canvas, wish)) return undefined
      return new Promise((resolve) => {
        canvas.toBlob((blob) => resolve(blob || undefined), 'image/jpeg', quality)
      })
    },
    stop() {
      track.stop()
      video.srcObject = null
      canvas.width = 0
    },
  }
}

/** So that no frame is sent twice; where the browser cannot tell, or nothing moves, it does not wait. */
function newFrame(video: HTMLVideoElement): Promise<unknown> {
  if (!('requestVideoFrameCallback' in video)) return Promise.resolve()
  return Promise.race([
    new Promise((resolve) => video.requestVideoFrameCallback(resolve)),
    pause(500),
  ])
}

function draw(video: HTMLVideoElement, canvas: HTMLCanvasElement, wish: Wish): boolean {
  const { videoWidth: width, videoHeight: height } = video
  const context = canvas.getContext('2d')
  if (width === 0 || height === 0 || context === null) return false
  const seen = cut(width, height, wish.ratio || width / height)
  const scale = Math.min(1, wish.longest / Math.max(seen.width, seen.height))
  canvas.width = Math.round(seen.width * scale)
  canvas.height = Math.round(seen.height * scale)
  const { x, y } = seen
  context.drawImage(video, x, y, seen.width, seen.height, 0, 0, canvas.width, canvas.height)
  return true
}

/** The largest part of this ratio, in the middle. */
function cut(width: number, height: number, ratio: number) {
  const seen = { width: Math.min(width, height * ratio), height: Math.min(height, width / ratio) }
  return { ...seen, x: (width - seen.width) / 2, y: (height - seen.height) / 2 }
}
