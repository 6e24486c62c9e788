import { fork, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { handOver, type DocumentTask } from './handed-over.ts'
import type { VerifyTask } from './worker.ts'
import type { Verified } from './verify-pdf.ts'

export interface ProcessSettings {
  /** Processes at once. */
  readonly workers: number
  /** For one task, once it has a process; milliseconds. */
  readonly timeoutMs: number
  /** Of what JavaScript of one process may hold, in megabytes. */
  readonly memoryMb: number
  /** What they may do besides reading, as flags of Node's permission model. */
  readonly permissions?: readonly string[]
}

export type Ended = 'took_too_long' | 'died'

export interface WorkerProcesses<Task, Answer> {
  run(task: Task): Promise<Answer | Ended>
  close(): Promise<void>
}

interface Worker {
  readonly child: ChildProcess
  readonly idle: NodeJS.Timeout
}

const IDLE_MS = 30_000

/** The program and its packages: neither the window's keys nor anything else. */
const ROOT = join(import.meta.dirname, '../../..')
const READABLE = ['package.json', 'src/*', 'node_modules/*'].map((path) => join(ROOT, path))

/** Processes of their own, begun when they are needed and ended when they are not. A thread would not do: when it
 *  runs out of memory between two of V8's checks, it takes the whole window with it, which a document can bring
 *  about. They may read the program, and neither any other file nor write nor run another program. `program`: answers
 *  each task by one message (`answering`). */
export function workerProcesses<Task extends DocumentTask, Answer extends object>(
  program: URL,
  settings: ProcessSettings,
): WorkerProcesses<Task, Answer> {
  const idle: Worker[] = []
  const busy = new Set<ChildProcess>()
  const waiting: (() => void)[] = []

  function begun(): ChildProcess {
    const child = fork(program, {
      serialization: 'advanced',
      execArgv: [
        '--no-warnings',
        '--permission',
        ...READABLE.map((path) => `--allow-fs-read=${path}`),
        ...(settings.permissions ?? []),
        `--max-old-space-size=${settings.memoryMb}`,
      ],
      // No secret of the window is of use to it.
      env: {},
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    // What a process says of itself while it is being ended is of no use to anybody.
    return child.on('error', () => undefined)
  }

  function taken(): ChildProcess {
    for (let worker = idle.pop(); worker !== undefined; worker = idle.pop()) {
      clearTimeout(worker.idle)
      if (worker.child.connected) return worker.child
    }
    return begun()
  }

  /** An idle process does not keep the window from ending. */
  function rest(child: ChildProcess): void {
    const timer = setTimeout(() => end(child), IDLE_MS).unref()
    child.unref()
    child.channel?.unref()
    idle.push({ child, idle: timer })
  }

  function end(child: ChildProcess): void {
    const at = idle.findIndex((one) => one.child === child)
    if (at !== -1) clearTimeout(idle.splice(at, 1)[0]?.idle)
    child.kill('SIGKILL')
  }

  async function run(task: Task): Promise<Answer | Ended> {
    while (busy.size >= settings.workers)
      await new Promise<void>((resolve) => waiting.push(resolve))
    const child = taken()
    busy.add(child)
    child.ref()
    child.channel?.ref()
    const answer = await answerOf<Answer>(child, task, settings.timeoutMs)
    busy.delete(child)
    if (typeof answer === 'string') child.kill('SIGKILL')
    else rest(child)
    waiting.shift()?.()
    return answer
  }

  return {
    run,
    async close() {
      const all = [...idle.map(({ child }) => child), ...busy]
      await Promise.all(all.map((child) => exited(child, () => end(child))))
    },
  }
}

/** Whatever a process does instead of answering, it did not do what it was asked. */
function answerOf<Answer extends object>(
  child: ChildProcess,
  task: DocumentTask,
  timeoutMs: number,
): Promise<Answer | Ended> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => end('took_too_long'), timeoutMs)
    const onMessage = (message: unknown) => end(message as Answer)
    const onEnd = () => end('died')
    function end(how: Answer | Ended): void {
      clearTimeout(timer)
      child.off('message', onMessage).off('exit', onEnd).off('error', onEnd)
      resolve(how)
    }
    child.on('message', onMessage).on('exit', onEnd).on('error', onEnd)
    handOver(child, task).catch(onEnd)
  })
}

/** Those that verify. */
export const verifyProcesses = (settings: ProcessSettings) =>
  workerProcesses<VerifyTask, Verified>(new URL('./worker.ts', import.meta.url), settings)

function exited(child: ChildProcess, end: () => void): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    // An idle one would not keep us here until it is gone.
    child.ref()
    child.once('exit', () => resolve())
    end()
  })
}
