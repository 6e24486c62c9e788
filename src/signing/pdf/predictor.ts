import { refuse } from './refused.ts'

export interface Predictor {
  readonly predictor: number
  readonly colors: number
  readonly bits: number
  /** Samples a row. */
  readonly columns: number
}

/** ISO 32000-1 section 7.4.4.4: undoes the PNG predictors (10 to 15). TIFF's (2) is for pictures. */
export function unpredicted(bytes: Buffer, { predictor, ...shape }: Predictor): Buffer {
  if (predictor <= 1) return bytes
  if (predictor < 10 || predictor > 15) refuse('filter_unsupported', 'predictor')
  const bitsPerPixel = shape.colors * shape.bits
  const rowLength = Math.ceil((bitsPerPixel * shape.columns) / 8)
  if (!(bitsPerPixel >= 1 && rowLength >= 1 && rowLength <= 1 << 20))
    refuse('damaged', 'predictor parameters')
  return withoutPng(bytes, rowLength, Math.max(1, bitsPerPixel >> 3))
}

/** Each row is led by the number of its filter (PNG specification section 9). `pixel`: bytes. */
function withoutPng(bytes: Buffer, rowLength: number, pixel: number): Buffer {
  const rows = Math.ceil(bytes.length / (rowLength + 1))
  const out = Buffer.alloc(rows * rowLength)
  for (let row = 0; row < rows; row++) {
    const from = row * (rowLength + 1)
    const line = out.subarray(row * rowLength, (row + 1) * rowLength)
    bytes.copy(line, 0, from + 1, from + 1 + rowLength)
    const above = row === 0 ? undefined : out.subarray((row - 1) * rowLength, row * rowLength)
    undo(bytes[from] ?? 0, line, above, pixel)
  }
  return out
}

function undo(filter: number, line: Buffer, above: Buffer | undefined, pixel: number): void {
  if (filter > 4) refuse('damaged', 'row filter')
  if (filter === 0) return
  for (let at = 0; at < line.length; at++) {
    const left = at < pixel ? 0 : (line[at - pixel] ?? 0)
    const up = above?.[at] ?? 0
    const corner = at < pixel ? 0 : (above?.[at - pixel] ?? 0)
    line[at] = (line[at] ?? 0) + prediction(filter, left, up, corner)
  }
}

function prediction(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left
  if (filter === 2) return up
  return filter === 3 ? (left + up) >> 1 : paeth(left, up, corner)
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner
  const byLeft = Math.abs(guess - left)
  const byUp = Math.abs(guess - up)
  const byCorner = Math.abs(guess - corner)
  if (byLeft <= byUp && byLeft <= byCorner) return left
  return byUp <= byCorner ? up : corner
}
