/** Larger pieces are fewer calls of the system; smaller ones stay in a core's own cache. */
const BYTES = 512 * 1024
/** Kept for the next file; more than so many are left to the collector. */
const KEPT = 8

const free: Buffer[] = []

/** A buffer for the pieces of a file. New ones are memory outside of the heap, which the collector sees too late: many
 *  files one after the other would hold many times what they need. Give it back by `returned`, and only once nothing
 *  is written into it any more. */
export function lentBuffer(): Buffer {
  return free.pop() ?? Buffer.allocUnsafeSlow(BYTES)
}

export function returned(buffer: Buffer): void {
  if (free.length < KEPT) free.push(buffer)
}
