import type { ChildProcess } from 'node:child_process'

/** A task of a process is plain data about one document. */
export interface DocumentTask {
  readonly bytes: Uint8Array
}

type Message<Task extends DocumentTask> =
  | { readonly kind: 'document'; readonly size: number }
  | { readonly kind: 'piece'; readonly at: number; readonly piece: Uint8Array }
  | { readonly kind: 'task'; readonly task: Omit<Task, 'bytes'> }

/** Writing it down for another process takes about a millisecond: between two pieces others have their turn. */
const PIECE_BYTES = 1024 * 1024

/** Rejects when the process is gone. */
export async function handOver(
  child: ChildProcess,
  { bytes, ...task }: DocumentTask,
): Promise<void> {
  const send = (message: Message<DocumentTask>) =>
    new Promise<void>((resolve, reject) => {
      child.send(message, (error) => (error ? reject(error) : resolve()))
    })
  await send({ kind: 'document', size: bytes.length })
  for (let at = 0; at < bytes.length; at += PIECE_BYTES)
    await send({ kind: 'piece', at, piece: bytes.subarray(at, at + PIECE_BYTES) })
  await send({ kind: 'task', task })
}

/** The other end: listens to the messages of the window, and answers each task. What `work` throws is a bug, and ends the
 *  process. */
export function answering<Task extends DocumentTask>(
  work: (task: Task) => object | Promise<object>,
): (message: Message<Task>) => void {
  let bytes = new Uint8Array(0)
  return (message) => {
    if (message.kind === 'document') bytes = new Uint8Array(message.size)
    else if (message.kind === 'piece') bytes.set(message.piece, message.at)
    else {
      void answered({ ...message.task, bytes } as Task)
      // It is not kept until the next one comes.
      bytes = new Uint8Array(0)
    }
  }

  async function answered(task: Task): Promise<void> {
    process.send?.(await work(task))
  }
}
