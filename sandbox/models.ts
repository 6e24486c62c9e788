import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')

/** Brings the models of level 3 when they are not there, with a bar on a terminal. False without a network: it says
 *  so, and the window opens without level 3. */
export async function bringModels(): Promise<boolean> {
  const child = spawn(
    process.execPath,
    ['--no-warnings', 'src/cli.ts', 'face', 'fetch', '--quiet'],
    {
      cwd: ROOT,
      env: { NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.cache/panjereh'), ...process.env },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  )
  const [code] = await once(child, 'close').catch(() => [undefined])
  if (code !== 0) process.stderr.write('The window opens without level 3.\n')
  return code === 0
}
