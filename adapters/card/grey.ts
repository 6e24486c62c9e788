/** A grey picture: 0 is black, 255 white, row by row. */
export interface Grey {
  readonly data: Uint8Array | Float32Array
  readonly width: number
  readonly height: number
}

/** The largest (`sign` 1) or smallest (-1) value within `radius` pixels, along rows and then along columns. */
export function extreme(picture: Grey, radius: number, sign: 1 | -1): Grey {
  const across = alongRows(picture, radius, sign)
  return transposed(alongRows(transposed(across), radius, sign))
}

function alongRows({ data, width, height }: Grey, radius: number, sign: 1 | -1): Grey {
  const out = new Float32Array(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const end = Math.min(width - 1, x + radius)
      let best = -Infinity
      for (let u = Math.max(0, x - radius); u <= end; u++) {
        best = Math.max(best, sign * (data[y * width + u] ?? 0))
      }
      out[y * width + x] = sign * best
    }
  }
  return { data: out, width, height }
}

function transposed({ data, width, height }: Grey): Grey {
  const out = new Float32Array(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) out[x * height + y] = data[y * width + x] ?? 0
  }
  return { data: out, width: height, height: width }
}

/** Mean of each pixel and its eight neighbours. */
export function smoothed({ data, width, height }: Grey): Grey {
  const out = new Float32Array(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0
      for (let dy = -1; dy <= 1; dy++) {
        const v = Math.max(0, Math.min(height - 1, y + dy)) * width
        for (let dx = -1; dx <= 1; dx++)
          sum += data[v + Math.max(0, Math.min(width - 1, x + dx))] ?? 0
      }
      out[y * width + x] = sum / 9
    }
  }
  return { data: out, width, height }
}

/** The value below which the share `share` of all values lies. */
export function quantile(values: Iterable<number>, share: number): number {
  const sorted = Float32Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
}

/** Between the four pixels around; beyond the edge 0. */
export function between({ data, width, height }: Grey, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)]
  if (left < -1 || top < -1 || left >= width || top >= height) return 0
  const [fx, fy] = [x - left, y - top]
  const at = (u: number, v: number) =>
    u < 0 || v < 0 || u >= width || v >= height ? 0 : (data[v * width + u] ?? 0)
  const upper = at(left, top) * (1 - fx) + at(left + 1, top) * fx
  const lower = at(left, top + 1) * (1 - fx) + at(left + 1, top + 1) * fx
  return upper * (1 - fy) + lower * fy
}
