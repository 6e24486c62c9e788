export interface Asked {
  /** Header fields as they came; empty: there is none. */
  readonly range: string
  readonly ifRange: string
  readonly etag: string
  /** Bytes of the whole. */
  readonly size: number
}

/** The bytes of [start, end). */
export interface Part {
  readonly start: number
  readonly end: number
}

/** RFC 9110 section 14. Undefined: the whole is sent, as for several ranges at once, for what is not understood, and
 *  for parts of a file that is not this one. `beyond`: nothing of it is there. */
export function partOf({ range, ifRange, etag, size }: Asked): Part | 'beyond' | undefined {
  if (ifRange !== '' && ifRange !== etag) return undefined
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(range.trim()) ?? []
  if (first === '') return last === '' ? undefined : suffixOf(Number(last), size)
  const start = Number(first)
  const end = last === '' ? size : Math.min(size, Number(last) + 1)
  if (last !== '' && Number(last) < start) return undefined
  return start < size ? { start, end } : 'beyond'
}

function suffixOf(length: number, size: number): Part | 'beyond' {
  return length === 0 || size === 0 ? 'beyond' : { start: Math.max(0, size - length), end: size }
}
