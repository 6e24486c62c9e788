import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { PanjerehError } from '../errors.ts'
import { jpegsOf } from './mjpeg.ts'

const PICTURE = /\.(jpe?g|png|webp)$/i
/** No recording for a challenge is larger; what is larger was named by mistake. */
const MOST_BYTES = 512 * 1024 * 1024

/** The pictures of a motion JPEG file, or those of a directory in the order of their names. */
export async function videoFrames(path: string): Promise<readonly Uint8Array[]> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) throw wrong(`${path} is not there`)
  const frames = found.isDirectory() ? await picturesIn(path) : await picturesOf(path, found.size)
  if (frames.length === 0) throw wrong(`${path} has no pictures in it`)
  return frames
}

async function picturesIn(directory: string): Promise<readonly Uint8Array[]> {
  const names = (await readdir(directory)).filter((name) => PICTURE.test(name)).sort()
  return Promise.all(names.map((name) => readFile(join(directory, name))))
}

async function picturesOf(path: string, size: number): Promise<readonly Uint8Array[]> {
  if (size > MOST_BYTES) throw wrong(`${path} is larger than 512 MB`)
  try {
    return jpegsOf(await readFile(path))
  } catch (error) {
    if (error instanceof RangeError) throw wrong(`${path} is no motion JPEG: ${error.message}`)
    throw error
  }
}

const wrong = (message: string) =>
  new PanjerehError(
    'config_invalid',
    `${message}: give JPEG images one after the other in a file, or a directory of them`,
  )
