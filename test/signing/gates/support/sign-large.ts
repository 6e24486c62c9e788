import { sign as signBytes } from 'node:crypto'
import { closeSync, openSync, readFileSync, statSync } from 'node:fs'
import { clock } from '../../../../adapters/system/clock.ts'
import { random } from '../../../../adapters/system/random.ts'
import { signPdf } from '../../../../src/signing/pades/sign.ts'
import { fileSource } from '../../../../src/signing/pdf/source.ts'
import { handSigner } from '../../verify/support/handmade.ts'

/** A program of its own, so that the memory that it took can be told: signs a file, so many times and all at once, and
 *  says so as JSON. */
const [path = '', times = '1'] = process.argv.slice(2)
const { certificate, key } = handSigner()
const signer = {
  kid: 'hand',
  alg: 'ES256' as const,
  certificateChain: [certificate],
  sign: async (data: Uint8Array) => signBytes('sha256', data, key),
}
const sizes = await Promise.all(Array.from({ length: Number(times) }, signedOnce))
console.log(JSON.stringify({ sizes, mostBytes: mostBytes() }))

async function signedOnce(): Promise<number> {
  const descriptor = openSync(path, 'r')
  try {
    const source = fileSource(descriptor, statSync(path).size)
    return (await signPdf({ clock, random, signer }, source, { profile: 'B-B' })).size
  } finally {
    closeSync(descriptor)
  }
}

/** Of this program alone: what getrusage says begins, on Linux, with what the parent had. */
function mostBytes(): number {
  const status = readFileSync('/proc/self/status', 'utf8')
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024
}
