import type { PaperTask } from './lines.ts'
import { printed } from './print.ts'

/** Runs in a thread of its own: shaping and subsetting take some hundred milliseconds. The file is not encrypted and
 *  its table is plain, so that nothing in it is left to chance. */
export default function print(task: PaperTask): Uint8Array {
  return printed(task, {
    bytes: () => {
      throw new TypeError('nothing here is random')
    },
  })
}
