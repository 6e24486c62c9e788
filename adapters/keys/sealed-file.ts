import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import { link, mkdir, open, readFile, rename, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { PanjerehError } from '../../src/errors.ts'
import type { Random } from '../../src/ports/random.ts'

const Envelope = z.object({
  format: z.literal('panjereh-keys-1'),
  salt: z.base64url(),
  nonce: z.base64url(),
  sealed: z.base64url(),
  tag: z.base64url(),
})

/** The master key is 32 random bytes, not a password: HKDF (RFC 5869) is enough, and a fresh salt
 *  for each writing gives each its own AES key, so that no nonce can ever meet its key again. */
function fileKey(masterKey: Uint8Array, salt: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', masterKey, salt, 'panjereh key file', 32))
}

/** Undefined when there is no such file. Throws `key_unavailable` when it cannot be opened. */
export async function readSealed(file: string, masterKey: Uint8Array): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new PanjerehError('key_unavailable', `the key file ${file} cannot be read`, { cause })
  })
  if (text === undefined) return undefined
  try {
    const envelope = Envelope.parse(JSON.parse(text))
    const [salt, nonce, sealed, tag] = (['salt', 'nonce', 'sealed', 'tag'] as const).map((part) =>
      Buffer.from(envelope[part], 'base64url'),
    ) as [Buffer, Buffer, Buffer, Buffer]
    const cipher = createDecipheriv('aes-256-gcm', fileKey(masterKey, salt), nonce, {
      authTagLength: 16,
    })
    cipher.setAAD(Buffer.from(envelope.format)).setAuthTag(tag)
    return JSON.parse(Buffer.concat([cipher.update(sealed), cipher.final()]).toString('utf8'))
  } catch (cause) {
    const message = `the key file ${file} does not open: it is damaged, or the master key is another`
    throw new PanjerehError('key_unavailable', message, { cause })
  }
}

export interface Sealing {
  readonly file: string
  readonly masterKey: Uint8Array
  readonly random: Random
}

/** Whole or not at all: written beside, flushed to the disk, and put in place by a rename. */
export async function writeSealed(sealing: Sealing, content: unknown): Promise<void> {
  await writeWhole(sealing.file, sealedText(sealing, content), sealing.random)
}

/** False when the file is there already: of several windows that start at once, one makes the keys. */
export async function createSealed(sealing: Sealing, content: unknown): Promise<boolean> {
  return createWhole(sealing.file, sealedText(sealing, content), sealing.random)
}

function sealedText({ masterKey, random }: Sealing, content: unknown): string {
  const format = 'panjereh-keys-1'
  const salt = random.bytes(32)
  const nonce = random.bytes(12)
  const cipher = createCipheriv('aes-256-gcm', fileKey(masterKey, salt), nonce)
  cipher.setAAD(Buffer.from(format))
  const sealed = Buffer.concat([cipher.update(JSON.stringify(content), 'utf8'), cipher.final()])
  const envelope = {
    format,
    salt: base64url(salt),
    nonce: base64url(nonce),
    sealed: base64url(sealed),
    tag: base64url(cipher.getAuthTag()),
  }
  return `${JSON.stringify(envelope)}\n`
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}

/** Readable by its owner alone. */
export async function writeWhole(file: string, text: string, random: Random): Promise<void> {
  await rename(await writtenBeside(file, text, random), file)
}

export async function createWhole(file: string, text: string, random: Random): Promise<boolean> {
  const beside = await writtenBeside(file, text, random)
  try {
    await link(beside, file)
    return true
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw new PanjerehError('key_unavailable', `${file} cannot be written`, { cause })
  } finally {
    await unlink(beside)
  }
}

async function writtenBeside(file: string, text: string, random: Random): Promise<string> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const beside = `${file}.${random.uuid()}.new`
  const handle = await open(beside, 'wx', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  return beside
}
