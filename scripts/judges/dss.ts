import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** What EU DSS says of one signature, or of a file that it does not read (`EXCEPTION`), in which there is none
 *  (`NO_SIGNATURE`), or that took too long (`TIMEOUT`). */
export interface DssVerdict {
  readonly path: string
  /** `PAdES-BASELINE-LTA`, … */
  readonly format: string
  readonly indication: string
  readonly subIndication: string
  readonly errors: string
  readonly warnings: string
  readonly field: string
}

export interface DssOptions {
  /** Where Maven put it: `dss/target`. */
  readonly target: string
  /** A certificate in a file; absent: nobody is trusted. */
  readonly anchor?: string
  /** As dss/src/main/java/Judge.java has it. */
  readonly environment: Readonly<Record<string, string>>
}

const run = promisify(execFile)
const MEMORY = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xmx2g']

/** Rejects where Java is missing or the program was not compiled. */
export async function dssVerdicts(
  paths: readonly string[],
  { target, anchor = '-', environment }: DssOptions,
): Promise<readonly DssVerdict[]> {
  const folder = mkdtempSync(join(tmpdir(), 'panjereh-judge-'))
  try {
    const list = join(folder, 'documents')
    writeFileSync(list, paths.join('\n'))
    const classes = `${join(target, 'classes')}:${join(target, 'dependency')}/*`
    const { stdout } = await run(
      'java',
      [...MEMORY, '-cp', classes, 'Judge', anchor, '--list', list],
      { env: { ...process.env, ...environment }, maxBuffer: 256 * 1024 * 1024 },
    )
    return stdout.trimEnd().split('\n').map(verdictIn)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function verdictIn(line: string): DssVerdict {
  const [path = '', format = '', indication = '', subIndication = '', ...more] = line.split('\t')
  const [errors = '', warnings = '', field = ''] = more
  return { path, format, indication, subIndication, errors, warnings, field }
}
