import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { PanjerehError } from '../../src/errors.ts'

const Authority = z.object({
  /** Base64 DER. */
  certificate: z.base64(),
  /** SecretBox envelope of base64 PKCS#8. */
  sealedKey: z.string(),
})

/** What the development authority keeps: its keys, sealed, and whom it has taken back. */
export const DevelopmentFile = z.object({
  format: z.literal('panjereh-development-ca-1'),
  root: Authority,
  issuing: Authority,
  revoked: z.array(
    z.object({
      /** Hexadecimal. */
      serialNumber: z.string(),
      /** Milliseconds since the epoch. */
      at: z.number(),
      /** CRLReason (RFC 5280 section 5.3.1). */
      reason: z.number(),
    }),
  ),
  crlNumber: z.number().int(),
})
export type DevelopmentFile = Readonly<z.infer<typeof DevelopmentFile>>

/** Undefined when there is none yet. Throws `key_unavailable` for a damaged one: a new authority in its place would
 *  make every certificate worthless. */
export async function readDevelopmentFile(file: string): Promise<DevelopmentFile | undefined> {
  try {
    return DevelopmentFile.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new PanjerehError('key_unavailable', `${file} is no file of an authority`, { cause })
  }
}

/** Whole or not at all, readable by its owner alone. */
export async function writeDevelopmentFile(file: string, content: DevelopmentFile): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const handle = await open(`${file}.new`, 'w', 0o600)
  try {
    await handle.writeFile(`${JSON.stringify(content)}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(`${file}.new`, file)
}
