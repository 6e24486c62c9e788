import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { weightsOf, type Weights } from './digit-net.ts'

const FILE = new URL('./digit-net.bin', import.meta.url)

/** Of the weights in this folder; scripts/card-digits/README.md says how they were made. */
export const DIGITS_SHA256 = 'a91db8851e1b601d0e6567a585df358e9ee5587771c2f0e5528b8b62c3517273'

/** Throws when the file is not the one that was measured. */
export async function loadWeights(): Promise<Weights> {
  const bytes = await readFile(FILE)
  const found = createHash('sha256').update(bytes).digest('hex')
  if (found !== DIGITS_SHA256) throw new Error('digit-net.bin is not the network that was measured')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const count = bytes.byteLength / 4
  return weightsOf(Float32Array.from({ length: count }, (_, at) => view.getFloat32(at * 4, true)))
}
