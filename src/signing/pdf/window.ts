import { cursorOver, WindowTooSmall, type Cursor } from './cursor.ts'
import { LIMITS } from './limits.ts'
import { refuse } from './refused.ts'
import type { PdfSource } from './source.ts'

const FIRST = 4096

/** Bytes that may still be parsed. A short file can ask for the same long and broken object a million times. */
export interface Work {
  left: number
}

export const workFor = (source: PdfSource): Work => ({
  left: LIMITS.parsedBytes + LIMITS.parsings * source.size,
})

/** Reads at an offset with as small a window of the file as does. `read` may be called again, with a larger
 *  one, and must not have changed anything by then. */
export function inWindow<Result>(
  source: PdfSource,
  offset: number,
  read: (cursor: Cursor) => Result,
  work: Work,
): Result {
  if (offset < 0 || offset >= source.size)
    refuse('damaged', `offset ${offset} is outside of the file`)
  for (let length = FIRST; ; length *= 8) {
    if (length > LIMITS.objectBytes * 8) refuse('too_complex', `object at ${offset}`)
    const end = Math.min(offset + Math.min(length, LIMITS.objectBytes), source.size)
    const cursor = cursorOver(source.read(offset, end), offset, end === source.size)
    let used = cursor.bytes.length
    try {
      const result = read(cursor)
      used = cursor.at
      return result
    } catch (error) {
      if (!(error instanceof WindowTooSmall)) throw error
    } finally {
      work.left -= used
    }
    if (work.left < 0) refuse('too_complex', 'the same bytes again and again')
  }
}
