import { readFile, stat } from 'node:fs/promises'
import { PanjerehError } from '../../src/errors.ts'
import type { Random } from '../../src/ports/random.ts'
import { createWhole } from './sealed-file.ts'

/** The master key beside the data, for one's own machine: who has the directory has both, so a
 *  window before a people is given its master key from elsewhere. Made at the first start. */
export async function localMasterKey(file: string, random: Random): Promise<Uint8Array> {
  if ((await read(file)) === undefined) {
    const fresh = Buffer.from(random.bytes(32)).toString('hex')
    await createWhole(file, `${fresh}\n`, random)
  }
  const key = Buffer.from(((await read(file)) ?? '').trim(), 'hex')
  if (key.length !== 32) {
    throw new PanjerehError('key_unavailable', `the master key ${file} is not 64 hex digits`)
  }
  return new Uint8Array(key)
}

function read(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new PanjerehError('key_unavailable', `the master key ${file} cannot be read`, { cause })
  })
}

/** Undefined when nobody but its owner can read or write the file; Windows keeps no such bits. */
export async function permissionFault(file: string): Promise<string | undefined> {
  if (process.platform === 'win32') return undefined
  const { mode } = await stat(file)
  if ((mode & 0o077) === 0) return undefined
  return `${file} can be read by others (mode ${(mode & 0o777).toString(8)}): chmod 600 ${file}`
}
