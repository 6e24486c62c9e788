import { readFile } from 'node:fs/promises'
import { publicGet } from '../../adapters/http/public-get.ts'
import type { Config } from '../config.ts'
import { PanjerehError } from '../errors.ts'
import { pictureType } from '../identity/picture.ts'
import type { ClientMetadata } from '../ports/client-store.ts'
import type { Logo } from '../ports/client-logos.ts'

const MAX_BYTES = 64 * 1024

export interface LogoFlags {
  readonly file?: string
  readonly remove?: true
}

/** The picture of a service: from a file of the operator's, or once from the client's own `logo_uri`. An
 *  operator has looked at it: a registered service cannot put on another's face by itself. */
export async function readLogo(
  client: ClientMetadata,
  { file }: LogoFlags,
  { isProduction }: Pick<Config, 'isProduction'>,
): Promise<Logo> {
  const uri = client['logo_uri']
  if (file === undefined && typeof uri !== 'string') {
    throw refused(`${client.client_id} has no logo_uri: give --file`)
  }
  const body =
    file === undefined
      ? await publicGet(String(uri), { allowInside: !isProduction, maxBytes: MAX_BYTES })
      : await readFile(file)
  if (body.length > MAX_BYTES) throw refused(`a logo has ${MAX_BYTES / 1024} kB at most`)
  const type = pictureType(body)
  if (type === undefined) throw refused('a logo is a PNG, JPEG or WebP picture')
  return { type, body }
}

function refused(why: string): PanjerehError {
  return new PanjerehError('config_invalid', why)
}
