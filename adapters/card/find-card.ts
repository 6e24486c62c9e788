import type { Mat } from '@techstark/opencv-js'
import { hullQuads } from './hull-quads.ts'
import { lineQuads } from './line-quads.ts'
import { scoped, type Cv } from './opencv.ts'
import type { Pixels } from './pixels.ts'
import { areaOf, fartherOf, ordered, ratioOf, scaledQuad, type Point, type Quad } from './quad.ts'

/** The card is looked for in a picture whose longer side is this. */
const SIDE = 640
/** Share of the picture above which what was found is no portrait on a card. */
const LARGE = 0.2
/** Of Canny's upper threshold, times Otsu's. */
const STRENGTHS = [1, 0.35] as const
/** Of the picture's area. */
const SMALLEST = 0.04
/** A card looked at from the side is shorter or longer than 1.586. */
const RATIOS = [1.2, 2.05] as const

/** Where the card is, in pixels of the photograph; whether it is upright is not known yet. */
export function findCard(cv: Cv, photo: Pixels): Quad | undefined {
  return scoped((keep) => {
    const scale = Math.min(1, SIDE / Math.max(photo.width, photo.height))
    const grey = keep(new cv.Mat())
    const full = keep(new cv.Mat(photo.height, photo.width, cv.CV_8UC3))
    full.data.set(photo.data)
    cv.cvtColor(full, grey, cv.COLOR_RGB2GRAY)
    const small = keep(new cv.Mat())
    const [width, height] = [Math.round(photo.width * scale), Math.round(photo.height * scale)]
    cv.resize(grey, small, new cv.Size(width, height), 0, 0, cv.INTER_AREA)
    cv.GaussianBlur(small, small, new cv.Size(5, 5), 0)
    // A portrait has a strong outline of its own; the card's, on a pale table, may be weak.
    let best: Scored | undefined
    for (const strength of STRENGTHS) {
      const edges = keep(edgesOf(cv, small, strength))
      for (const propose of [hullQuads, lineQuads]) {
        if (best && areaOf(best.quad) > LARGE * width * height) break
        best = better(best, scored(propose(cv, edges), edges))
      }
    }
    return best && scaledQuad(best.quad, photo.width / width, photo.height / height)
  })
}

/** Canny, its upper threshold by Otsu. Thickened, so that small gaps close. The caller frees it. */
function edgesOf(cv: Cv, grey: Mat, strength: number): Mat {
  return scoped((keep) => {
    const scratch = keep(new cv.Mat())
    const otsu = cv.threshold(grey, scratch, 0, 255, cv.THRESH_BINARY + cv.THRESH_OTSU)
    const upper = Math.max(24, otsu * strength)
    cv.Canny(grey, scratch, upper / 2, upper)
    const edges = new cv.Mat()
    cv.dilate(scratch, edges, keep(cv.Mat.ones(3, 3, cv.CV_8U)))
    return edges
  })
}

interface Scored {
  readonly quad: Quad
  readonly score: number
}

function scored(quads: readonly Quad[], edges: Mat): readonly Scored[] {
  return quads
    .map((points) => ordered(points))
    .map((quad) => ({ quad, score: scoreOf(quad, edges) }))
    .filter(({ score }) => score > 0)
}

function better(best: Scored | undefined, found: readonly Scored[]): Scored | undefined {
  return found.reduce<Scored | undefined>((a, b) => (b.score > (a?.score ?? 0) ? b : a), best)
}

/** 0 for what cannot be a card (a portrait's frame is too short, and not because it leans back); else better the more of its outline is seen, and the larger it is. */
function scoreOf(quad: Quad, edges: Mat): number {
  const frame = edges.cols * edges.rows
  const area = areaOf(quad)
  const ratio = ratioOf(quad)
  if (area < SMALLEST * frame || ratio < RATIOS[0] || ratio > RATIOS[1]) return 0
  if (ratio < 1.42 && fartherOf(quad) > 0.93) return 0
  if (!isConvex(quad) || !quad.every((corner) => isInside(corner, edges))) return 0
  const seen = quad.map((corner, at) => seenShare(edges, corner, quad[(at + 1) % 4] ?? corner))
  const least = Math.min(...seen)
  const mean = seen.reduce((sum, share) => sum + share, 0) / 4
  if (least < 0.4 || mean < 0.72) return 0
  return mean ** 2 * Math.sqrt(area / frame)
}

function isConvex(quad: Quad): boolean {
  return quad.every((b, at) => {
    const [a, c] = [quad[(at + 3) % 4] ?? b, quad[(at + 1) % 4] ?? b]
    const [ux, uy, vx, vy] = [b[0] - a[0], b[1] - a[1], c[0] - b[0], c[1] - b[1]]
    const sine = (ux * vy - uy * vx) / Math.max(1e-6, Math.hypot(ux, uy) * Math.hypot(vx, vy))
    return sine > 0.6
  })
}

const BEYOND = 0.01

function isInside([x, y]: Point, { cols, rows }: Mat): boolean {
  const [dx, dy] = [cols * BEYOND, rows * BEYOND]
  return x >= -dx && y >= -dy && x <= cols + dx && y <= rows + dy
}

/** How much of a side lies on edges, its rounded ends left out. */
function seenShare(edges: Mat, from: Point, to: Point): number {
  const { data, cols, rows } = edges
  let hits = 0
  const steps = 48
  for (let at = 0; at < steps; at++) {
    const share = 0.09 + (0.82 * at) / (steps - 1)
    const x = Math.round(from[0] + (to[0] - from[0]) * share)
    const y = Math.round(from[1] + (to[1] - from[1]) * share)
    if (x >= 0 && y >= 0 && x < cols && y < rows && data[y * cols + x] !== 0) hits++
  }
  return hits / steps
}
