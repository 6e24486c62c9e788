import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface Bench {
  /** Writes a file into the bench's own directory and tells its path. */
  put(name: string, content: Uint8Array | string): Promise<string>
  path(name: string): string
  /** Everything that openssl says, or why it failed. */
  openssl(...args: readonly string[]): Promise<{ readonly ok: boolean; readonly text: string }>
  close(): Promise<void>
}

/** A directory in which openssl looks at what we made. */
export async function opensslBench(): Promise<Bench> {
  const home = await mkdtemp(join(tmpdir(), 'panjereh-openssl-'))
  const path = (name: string) => join(home, name)
  return {
    path,
    async put(name, content) {
      await writeFile(path(name), content)
      return path(name)
    },
    async openssl(...args) {
      try {
        const { stdout, stderr } = await run('openssl', args, { cwd: home, encoding: 'utf8' })
        return { ok: true, text: stdout + stderr }
      } catch (error) {
        const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
        return { ok: false, text: stdout + stderr }
      }
    },
    close: () => rm(home, { recursive: true, force: true }),
  }
}

export function pem(der: Uint8Array, label = 'CERTIFICATE'): string {
  const lines = Buffer.from(der).toString('base64').replaceAll(/.{64}/g, '$&\n').trimEnd()
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`
}
