import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { PanjerehError } from '../../src/errors.ts'
import { readBlob, type Blob, type Trusts } from './blob.ts'
import type { Metadata } from './payload.ts'

const Kept = z.object({
  format: z.literal('panjereh-fido-metadata-1'),
  /** Milliseconds since the epoch: then its certificates were valid. */
  importedAt: z.number(),
  signer: z.string(),
  /** Base64 DER. */
  root: z.base64(),
  blob: z.string(),
})

/** What is written to the file: the BLOB as it came, which holds the metadata, and how it was verified. */
export function keptText({ text, root, signer, at }: Blob): string {
  const format = 'panjereh-fido-metadata-1'
  const kept = { format, importedAt: at, signer, root: Buffer.from(root).toString('base64') }
  return `${JSON.stringify({ ...kept, blob: text.trim() })}\n`
}

/** Verifies again what was imported. Undefined when there is no such file. Throws `config_invalid` for a damaged one. */
export async function readKept(file: string, trusts: Trusts): Promise<Metadata | undefined> {
  try {
    const kept = Kept.parse(JSON.parse(await readFile(file, 'utf8')))
    const { blob: text, signer, importedAt: at } = kept
    return await readBlob({ text, root: Buffer.from(kept.root, 'base64'), signer, at }, trusts)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    const message = `${file} is damaged or cannot be read. Move it away, and run \`panjereh fido import\` again`
    throw new PanjerehError('config_invalid', message, { cause })
  }
}
