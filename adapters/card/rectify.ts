import { CARD } from './layout.ts'
import { scoped, type Cv } from './opencv.ts'
import type { Pixels } from './pixels.ts'
import type { Quad } from './quad.ts'

/** The card as if it were looked at straight, `width` pixels wide. */
export function rectified(cv: Cv, photo: Pixels, quad: Quad, width: number): Pixels {
  const height = Math.round((width * CARD.height) / CARD.width)
  return warped(cv, photo, quad, { width, height })
}

export function warped(
  cv: Cv,
  photo: Pixels,
  quad: Quad,
  { width, height }: { width: number; height: number },
): Pixels {
  return scoped((keep) => {
    const from = keep(cv.matFromArray(4, 1, cv.CV_32FC2, quad.flat()))
    const corners = [0, 0, width, 0, width, height, 0, height]
    const to = keep(cv.matFromArray(4, 1, cv.CV_32FC2, corners))
    const source = keep(new cv.Mat(photo.height, photo.width, cv.CV_8UC3))
    source.data.set(photo.data)
    const map = keep(cv.getPerspectiveTransform(from, to))
    const out = keep(new cv.Mat())
    cv.warpPerspective(
      source,
      out,
      map,
      new cv.Size(width, height),
      cv.INTER_LINEAR,
      cv.BORDER_REPLICATE,
    )
    return { data: Uint8Array.from(out.data), width, height }
  })
}
