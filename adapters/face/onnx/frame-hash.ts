import { grey, type Pixels } from './pixels.ts'

const COLUMNS = 20
const ROWS = 15

/** Difference hash of a frame in the detector's size, as 72 hexadecimal digits: one bit for each two
 *  neighbours of 20 × 15 fields, whether it grows brighter to the right. The noise of a real camera turns
 *  some bits of even parts over from frame to frame; a frozen picture turns none. */
export function frameHash(small: Pixels): string {
  const fields = fieldSums(small)
  const bits: number[] = []
  for (let row = 0; row < ROWS; row += 1) {
    for (let column = 1; column < COLUMNS; column += 1) {
      const at = row * COLUMNS + column
      bits.push((fields[at] ?? 0) > (fields[at - 1] ?? 0) ? 1 : 0)
    }
  }
  while (bits.length % 4 !== 0) bits.push(0)
  const digits = Array.from({ length: bits.length / 4 }, (_, i) => {
    const [one = 0, two = 0, three = 0, four = 0] = bits.slice(i * 4, i * 4 + 4)
    return (one * 8 + two * 4 + three * 2 + four).toString(16)
  })
  return digits.join('')
}

function fieldSums({ data, width, height }: Pixels): Float64Array {
  const luma = grey(data)
  const columns = Uint8Array.from({ length: width }, (_, x) => Math.floor((x * COLUMNS) / width))
  const sums = new Float64Array(COLUMNS * ROWS)
  for (let y = 0, i = 0; y < height; y += 1) {
    const row = Math.floor((y * ROWS) / height) * COLUMNS
    for (let x = 0; x < width; x += 1, i += 1) {
      const at = row + (columns[x] ?? 0)
      sums[at] = (sums[at] ?? 0) + (luma[i] ?? 0)
    }
  }
  return sums
}

/** How many bits two hashes differ in: 0 for the same picture, and up to 285. */
export function hashDistance(one: string, other: string): number {
  let distance = 0
  for (let i = 0; i < Math.max(one.length, other.length); i += 1) {
    let bits = (parseInt(one[i] ?? '0', 16) ^ parseInt(other[i] ?? '0', 16)) >>> 0
    for (; bits > 0; bits &= bits - 1) distance += 1
  }
  return distance
}
