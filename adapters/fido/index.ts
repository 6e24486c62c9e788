import { stat } from 'node:fs/promises'
import { PanjerehError } from '../../src/errors.ts'
import type { AuthenticatorModels } from '../../src/ports/authenticator-models.ts'
import type { Trusts } from './blob.ts'
import { readKept } from './file.ts'
import type { Metadata } from './payload.ts'

export { MOST_BYTES, readBlob, type Blob, type Trusts } from './blob.ts'
export { keptText, readKept } from './file.ts'
export type { Metadata } from './payload.ts'

interface Held {
  readonly metadata: Metadata
  /** Of the file that it was read from. */
  readonly mark: string
}

/** Models of authenticators by what `panjereh fido import` has left in a file; a newer file is taken without a restart.
 *  Throws `config_invalid` when there is none. */
export async function authenticatorModels(
  file: string,
  trusts: Trusts,
): Promise<AuthenticatorModels> {
  let held = await read(file, trusts)
  return {
    async find(aaguid) {
      if ((await markOf(file)) !== held.mark) held = await read(file, trusts)
      return held.metadata.models.get(aaguid)
    },
  }
}

async function read(file: string, trusts: Trusts): Promise<Held> {
  // Before reading: a file that is put in place in between is read once more.
  const mark = await markOf(file)
  const metadata = await readKept(file, trusts)
  if (metadata !== undefined) return { metadata, mark }
  throw new PanjerehError(
    'config_invalid',
    `PANJEREH_SIGNING_PASSKEYS: attested needs the FIDO metadata, and there is no ${file}. Run \`panjereh fido import FILE --root PEM\` first (docs/level-4.md)`,
  )
}

async function markOf(file: string): Promise<string> {
  const found = await stat(file).catch(() => undefined)
  return found === undefined ? 'none' : `${found.ino} ${found.mtimeMs} ${found.size}`
}
