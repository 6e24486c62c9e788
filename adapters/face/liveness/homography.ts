/** Points in a plane: (x, y) one after the other. */
export type Points = ArrayLike<number>

const COUNT = 68
/** The points are about 1 from their centre: a map that misses them by more is none. Heads reach 0.4. */
const NONSENSE = 1

/** RMS distance that remains between the landmarks of two pictures after the best homography from one to the
 *  other: nearly 0 for anything flat, however it is turned, and larger for a head, whose nose is before its
 *  ears. Both are first moved to their centre and scaled to a mean distance of √2 from it (Hartley & Zisserman,
 *  Multiple View Geometry, 2nd edition, 4.4), so the measure has no unit and does not grow with the picture.
 *  Infinite numbers, degenerate points and maps that fit nothing give 0: nothing was shown to be solid. */
export function flatnessResidual(from: Points, to: Points): number {
  const [source, target] = [normalised(from), normalised(to)]
  if (source === undefined || target === undefined) return 0
  const matrix = homography(source, target)
  if (matrix === undefined) return 0
  let sum = 0
  for (let i = 0; i < COUNT; i += 1) {
    const [x, y] = mapped(matrix, at(source, 2 * i), at(source, 2 * i + 1))
    sum += (x - at(target, 2 * i)) ** 2 + (y - at(target, 2 * i + 1)) ** 2
  }
  const residual = Math.sqrt(sum / COUNT)
  return residual < NONSENSE ? residual : 0
}

const at = (values: ArrayLike<number>, i: number) => values[i] ?? 0

function normalised(points: Points): Float64Array | undefined {
  if (points.length !== 2 * COUNT) return undefined
  const [cx, cy] = [0, 1].map((axis) => {
    let sum = 0
    for (let i = axis; i < 2 * COUNT; i += 2) sum += at(points, i)
    return sum / COUNT
  }) as [number, number]
  let spread = 0
  for (let i = 0; i < COUNT; i += 1) {
    spread += Math.hypot(at(points, 2 * i) - cx, at(points, 2 * i + 1) - cy) / COUNT
  }
  if (!(spread > 0) || !Number.isFinite(spread)) return undefined
  const scale = Math.SQRT2 / spread
  return Float64Array.from(points, (value, i) => (value - (i % 2 === 0 ? cx : cy)) * scale)
}

function mapped(matrix: ArrayLike<number>, x: number, y: number): readonly [number, number] {
  const h = (i: number) => at(matrix, i)
  const w = h(6) * x + h(7) * y + 1
  return [(h(0) * x + h(1) * y + h(2)) / w, (h(3) * x + h(4) * y + h(5)) / w]
}

/** Direct linear transformation with the last element 1: the normal equations of 136 rows in 8 unknowns. */
function homography(from: Float64Array, to: Float64Array): Float64Array | undefined {
  const normal = Array.from({ length: 8 }, () => new Float64Array(9))
  for (let i = 0; i < COUNT; i += 1) {
    const [x, y, u, v] = [at(from, 2 * i), at(from, 2 * i + 1), at(to, 2 * i), at(to, 2 * i + 1)]
    add(normal, [x, y, 1, 0, 0, 0, -u * x, -u * y, u])
    add(normal, [0, 0, 0, x, y, 1, -v * x, -v * y, v])
  }
  return solved(normal)
}

function add(normal: readonly Float64Array[], row: readonly number[]): void {
  normal.forEach((line, i) => {
    for (let j = 0; j < 9; j += 1) line[j] = at(line, j) + at(row, i) * at(row, j)
  })
}

/** Gauss-Jordan elimination with partial pivoting; undefined when there is no single solution. */
function solved(rows: Float64Array[]): Float64Array | undefined {
  for (let column = 0; column < rows.length; column += 1) {
    const pivot = largestBelow(rows, column)
    const row = rows[pivot]
    if (row === undefined || Math.abs(at(row, column)) < 1e-9) return undefined
    ;[rows[column], rows[pivot]] = [row, rows[column] ?? row]
    for (const other of rows) {
      if (other !== row) subtract(other, row, column)
    }
  }
  return Float64Array.from(rows, (row, i) => at(row, rows.length) / at(row, i))
}

function largestBelow(rows: readonly Float64Array[], column: number): number {
  let best = column
  for (let i = column + 1; i < rows.length; i += 1) {
    if (Math.abs(at(rows[i] ?? [], column)) > Math.abs(at(rows[best] ?? [], column))) best = i
  }
  return best
}

function subtract(from: Float64Array, row: Float64Array, column: number): void {
  const factor = at(from, column) / at(row, column)
  for (let j = column; j < from.length; j += 1) from[j] = at(from, j) - factor * at(row, j)
}
