import { writeFile } from 'node:fs/promises'
import { outside } from './outside.ts'
import type { VideoKind, videoFrames as framesHere } from './video-kinds.ts'

export { canRender, VIDEO_KINDS, type VideoKind } from './video-kinds.ts'

/** Chromium plays a motion JPEG file at this rate, whatever it was made for, and then from its beginning. */
export const CAMERA_FPS = 30
/** Each picture so often: a turn that lasts some seconds. */
const SLOW = 5

const framesOutside = outside<typeof framesHere>(
  new URL('./video-kinds.ts', import.meta.url),
  'videoFrames',
)

/** The video as single JPEG images, each `times` times. */
export async function videoFrames(kind: VideoKind, times = 1): Promise<readonly Buffer[]> {
  return (await framesOutside(kind, times)).map((frame) => Buffer.from(frame))
}

/** Writes the video as motion JPEG, 640×360, for `--use-file-for-fake-video-capture` (the name ends in .mjpeg). */
export async function renderVideo(kind: VideoKind, path: string): Promise<void> {
  await writeFile(path, Buffer.concat(await videoFrames(kind, SLOW)))
}
