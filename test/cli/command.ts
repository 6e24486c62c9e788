import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const PROGRAM = join(import.meta.dirname, '../../bin/panjereh')

export interface Finished {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export type Variables = Readonly<Record<string, string>>

export function temporaryDirectory() {
  const path = mkdtempSync(join(tmpdir(), 'panjereh-cli-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** The program as an operator starts it: a process of its own that knows these variables alone. */
export function start(args: readonly string[], variables: Variables) {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('PANJEREH_'))
  const child = spawn(PROGRAM, args, {
    env: { ...Object.fromEntries(own), ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => void (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (err += text))
  const ended = once(child, 'close').then(([code]): Finished => ({
    code: code as number,
    out,
    err,
  }))
  return { child, ended, said: () => out + err }
}

export function run(args: readonly string[], variables: Variables): Promise<Finished> {
  return start(args, variables).ended
}
