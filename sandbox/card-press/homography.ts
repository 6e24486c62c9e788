export type Point = readonly [x: number, y: number]
/** Four corners, clockwise from the top left. */
export type Quad = readonly [Point, Point, Point, Point]
/** Row by row; the ninth is 1. */
export type Homography = readonly number[]

/** The projective map that takes the four points of `from` to those of `to`. */
export function homographyOf(from: Quad, to: Quad): Homography {
  const rows = from.flatMap(([x, y], at) => {
    const [u, v] = to[at] ?? [0, 0]
    return [
      [x, y, 1, 0, 0, 0, -u * x, -u * y, u],
      [0, 0, 0, x, y, 1, -v * x, -v * y, v],
    ]
  })
  return [...solved(rows), 1]
}

/** Gauss and Jordan, with the largest pivot. */
function solved(rows: number[][]): number[] {
  for (let at = 0; at < rows.length; at++) {
    const below = rows.slice(at).map((row) => Math.abs(row[at] ?? 0))
    const best = at + below.indexOf(Math.max(...below))
    const pivot = rows[best] ?? []
    rows[best] = rows[at] ?? []
    const scaled = pivot.map((value) => value / (pivot[at] ?? 1))
    rows.forEach((row, other) => {
      const factor = row[at] ?? 0
      rows[other] = row.map((value, column) => value - factor * (scaled[column] ?? 0))
    })
    rows[at] = scaled
  }
  return rows.map((row) => row.at(-1) ?? 0)
}
