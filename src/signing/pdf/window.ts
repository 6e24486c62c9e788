import { cursorOver, WindowTooSmall, type Cursor } from './cursor.ts'
import { LIMITS } from './limits.ts'
import { refuse } from './refused.ts'
import type { PdfSource } from './source.ts'

const FIRST = 4096

/** Reads at an offset with as small a window of the file as does. `read` may be called again, with a larger
 *  one, and must not have changed anything by then. */
export function inWindow<Result>(
  source: PdfSource,
  offset: number,
  read: (cursor: Cursor) => Result,
): Result {
  if (offset < 0 || offset >= source.size)
    refuse('damaged', `offset ${offset} is outside of the file`)
  for (let length = FIRST; ; length *= 8) {
    if (length > LIMITS.objectBytes * 8) refuse('too_complex', `object at ${offset}`)
    const end = Math.min(offset + Math.min(length, LIMITS.objectBytes), source.size)
    try {
      return read(cursorOver(source.read(offset, end), offset, end === source.size))
    } catch (error) {
      if (!(error instanceof WindowTooSmall)) throw error
    }
  }
}
