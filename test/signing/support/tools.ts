import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Ran {
  readonly code: number | null
  readonly out: string
}

export function run(program: string, ...args: readonly string[]): Ran {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'latin1' })
  return { code: status, out: stdout + stderr }
}

export interface Folder {
  /** Writes a file and returns its path. */
  put(name: string, bytes: Uint8Array): string
  path(name: string): string
  remove(): void
}

export function folder(): Folder {
  const home = mkdtempSync(join(tmpdir(), 'panjereh-pdf-'))
  const path = (name: string) => join(home, name)
  return {
    path,
    put(name, bytes) {
      writeFileSync(path(name), bytes)
      return path(name)
    },
    remove: () => rmSync(home, { recursive: true, force: true }),
  }
}

export interface PopplerSignature {
  readonly isValid: boolean
  readonly isWhole: boolean
  readonly field: string
}

/** What pdfsig says about each signature. */
export function pdfsig(file: string): readonly PopplerSignature[] {
  const { out } = run('pdfsig', '-nocert', file)
  return out
    .split(/^Signature #\d+:/m)
    .slice(1)
    .map((part) => ({
      isValid: part.includes('Signature is Valid'),
      isWhole: part.includes('Total document signed'),
      field: /Signature Field Name: (.*)/.exec(part)?.[1] ?? '',
    }))
}

/** qpdf's exit code: 0 clean, 3 warnings, 2 errors. */
export const qpdfCheck = (file: string): number => run('qpdf', '--check', file).code ?? 2
