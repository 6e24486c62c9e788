import { fork, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { PanjerehError, UpstreamUnavailable } from '../../src/errors.ts'
import type { FromProcess, Pkcs11Settings, Pkcs11Task } from './pkcs11-protocol.ts'

const PROGRAM = join(import.meta.dirname, 'pkcs11-process.ts')
/** Waiting longer than these for one process means that it does not keep up. */
const MOST_WAITING = 1_000

interface Waiting {
  readonly settle: (result: Uint8Array | undefined) => void
  readonly fail: (error: Error) => void
  readonly timer: NodeJS.Timeout
}

const ORDINARY = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'SystemRoot']

const ordinary = () =>
  Object.fromEntries(ORDINARY.flatMap((name) => [[name, process.env[name]] as const]))

/** One process, begun when it is first needed, and again when it is gone. */
function oneProcess(settings: Pkcs11Settings) {
  const waiting = new Map<number, Waiting>()
  let child: ChildProcess | undefined
  let last = 0

  function begun(): ChildProcess {
    if (child !== undefined) return child
    const fresh = fork(PROGRAM, {
      serialization: 'advanced',
      execArgv: ['--no-warnings'],
      env: { ...ordinary(), ...settings.env },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    fresh.on('message', (answer: FromProcess) => take(answer))
    fresh.once('error', () => gone(fresh))
    fresh.once('exit', () => gone(fresh))
    fresh.send({ kind: 'open', settings }, () => undefined)
    child = fresh
    return fresh
  }

  function gone(which: ChildProcess): void {
    if (child !== which) return
    child = undefined
    for (const number of [...waiting.keys()]) {
      end(number)?.fail(new UpstreamUnavailable('hsm', 'the process of the module ended'))
    }
  }

  function end(number: number): Waiting | undefined {
    const one = waiting.get(number)
    waiting.delete(number)
    clearTimeout(one?.timer)
    if (waiting.size === 0) holdOpen(false)
    return one
  }

  /** An idle process does not keep the window from ending. */
  function holdOpen(isBusy: boolean): void {
    if (isBusy) child?.ref()
    else child?.unref()
    const { channel } = child ?? {}
    if (isBusy) channel?.ref()
    else channel?.unref()
  }

  function take(answer: FromProcess): void {
    const one = end(answer.number)
    if (one === undefined) return
    if ('fault' in answer) one.fail(errorOf(answer))
    else one.settle(answer.result)
  }

  function hung(number: number): void {
    end(number)?.fail(new UpstreamUnavailable('hsm', 'the module did not answer in time'))
    child?.kill('SIGKILL')
  }

  return {
    waiting: () => waiting.size,
    run(task: Pkcs11Task): Promise<Uint8Array | undefined> {
      if (waiting.size >= MOST_WAITING) {
        return Promise.reject(new UpstreamUnavailable('hsm', 'too many wait for the module'))
      }
      const number = ++last
      return new Promise((settle, fail) => {
        const timer = setTimeout(() => hung(number), settings.timeoutMs)
        waiting.set(number, { settle, fail, timer })
        const to = begun()
        holdOpen(true)
        to.send({ kind: 'task', number, task }, (error) => {
          if (error) end(number)?.fail(new UpstreamUnavailable('hsm', 'the process is gone'))
        })
      })
    },
    isBegun: () => child !== undefined,
    async close(): Promise<void> {
      const closing = child
      if (closing === undefined) return
      const exited = new Promise((settle) => closing.once('exit', settle))
      closing.ref()
      closing.disconnect()
      const late = setTimeout(() => closing.kill('SIGKILL'), 2_000)
      await exited
      clearTimeout(late)
    },
  }
}

function errorOf({ fault, message }: Extract<FromProcess, { fault: string }>): Error {
  return fault === 'away'
    ? new UpstreamUnavailable('hsm', message)
    : new PanjerehError('key_unavailable', message)
}

/** Some processes, of which the least busy one gets the next task. */
export function pkcs11Processes(settings: Pkcs11Settings) {
  const all = Array.from({ length: settings.processes }, () => oneProcess(settings))
  return {
    run(task: Pkcs11Task) {
      const [least] = all.toSorted((one, other) => one.waiting() - other.waiting())
      if (least === undefined) throw new RangeError('there is no process')
      return least.run(task)
    },
    /** For what all of them must know; those that have not begun know nothing yet. */
    async tell(task: Pkcs11Task): Promise<void> {
      await Promise.allSettled(all.filter((one) => one.isBegun()).map((one) => one.run(task)))
    },
    async close() {
      await Promise.all(all.map((one) => one.close()))
    },
  }
}
