import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { PADES_PROFILES } from '../../src/signing/pades/options.ts'
import { bytesOf, signPdf } from '../../src/signing/pades/sign.ts'
import { cadesAttributes, cadesSignature } from '../../src/signing/transaction/cades.ts'
import {
  jadesSignature,
  jadesTimestampInput,
  prepareJades,
  stampedJades,
} from '../../src/signing/transaction/jades.ts'
import { transactionBytes } from '../../src/signing/transaction/text.ts'
import type { Signer } from '../../src/ports/signer.ts'
import { minimalPdf } from '../../test/signing/support/minimal-pdf.ts'
import { sandboxSigning, type SandboxSigning } from '../../test/signing/support/sandbox-signing.ts'
import { SHARED_DATA } from '../../test/support/shared-data.ts'

/** Writes what the judges judge: every profile with every kind of key, a second signature on top of the first, and
 *  transactions, all by the sample authority at `--pki`, which must still answer when they are judged. */

const { values } = parseArgs({ options: { pki: { type: 'string' }, out: { type: 'string' } } })
const { pki: url = '', out = '' } = values
if (url === '' || out === '')
  throw new Error('usage: documents.ts --pki http://localhost:PORT --out FOLDER')

const KEYS = ['P-256', 'RSA-2048', 'RSA-3072', 'PSS-3072'] as const
const TEXT = transactionBytes('انتقال ۵۰۰٬۰۰۰ ریال به بانک ملی')

mkdirSync(join(out, 'transactions'), { recursive: true })
const sandbox = await sandboxSigning(url)
writeFileSync(join(out, 'anchor.crt'), sandbox.root)
writeFileSync(join(out, 'transaction.txt'), TEXT)
for (const kind of KEYS) await everyFormat(sandbox, await sandbox.signer(kind), kind)
const refused = await twice(sandbox, await sandbox.signer('P-256'))
await sandbox.close()
console.log(`Written to ${out}.`)
for (const line of refused) console.log(`refused: ${line}`)

async function everyFormat(pki: SandboxSigning, signer: Signer, kind: string): Promise<void> {
  for (const profile of PADES_PROFILES) {
    const signed = await signPdf({ ...pki.ports, signer }, minimalPdf({ pages: 2 }), { profile })
    writeFileSync(join(out, `${kind}-${profile}.pdf`), bytesOf(signed))
  }
  for (const isDetached of [false, true]) await jades(pki, signer, kind, isDetached)
  await cades(pki, signer, kind)
}

async function jades(pki: SandboxSigning, signer: Signer, kind: string, isDetached: boolean) {
  const { alg, certificateChain: certificates } = signer
  const input = { content: TEXT, alg, certificates, signedAt: Date.now(), isDetached }
  const prepared = prepareJades(input)
  const compact = jadesSignature(prepared, await signer.sign(prepared.signingInput))
  const name = `jades-${isDetached ? 'detached' : 'enveloping'}-${kind}`
  const stamped = stampedJades(compact, await stamp(pki, jadesTimestampInput(compact)))
  writeFileSync(join(out, 'transactions', `${name}-B-B.json`), compact)
  writeFileSync(join(out, 'transactions', `${name}-B-T.json`), stamped)
}

async function cades(pki: SandboxSigning, signer: Signer, kind: string) {
  const { alg, certificateChain: certificates } = signer
  const [certificate = Buffer.alloc(0)] = certificates
  const attributes = cadesAttributes({ content: TEXT, certificate, signedAt: Date.now() })
  const signature = await signer.sign(attributes)
  const parts = { alg, attributes, signature, certificates }
  const timestampToken = await stamp(pki, signature)
  const at = (profile: string) => join(out, 'transactions', `cades-${kind}-${profile}.p7s`)
  writeFileSync(at('B-B'), cadesSignature(parts))
  writeFileSync(at('B-T'), cadesSignature({ ...parts, timestampToken }))
}

function stamp({ ports }: SandboxSigning, bytes: Uint8Array): Promise<Uint8Array> {
  const value = createHash('sha256').update(bytes).digest()
  if (ports.timestamps === undefined) throw new Error('no time stamp authority')
  return ports.timestamps.stamp({ algorithm: 'SHA-256', value })
}

/** The shared documents, each with two B-LTA signatures; those that are signed already are left out: the judges would
 *  ask authorities far away. Answers with those that may not be signed, and why. */
async function twice(pki: SandboxSigning, signer: Signer): Promise<readonly string[]> {
  const folder = join(SHARED_DATA, 'pdfs')
  const names = existsSync(folder)
    ? readdirSync(folder).filter((name) => name.endsWith('.pdf'))
    : []
  const refusals: string[] = []
  const once = async (bytes: Uint8Array) =>
    bytesOf(await signPdf({ ...pki.ports, signer }, bytes, { profile: 'B-LTA' }))
  for (const name of names) {
    const bytes = readFileSync(join(folder, name))
    if (bytes.includes('/ByteRange')) continue
    try {
      const signed = await once(await once(bytes))
      writeFileSync(join(out, `twice-${name}`), signed)
    } catch (error) {
      refusals.push(`${name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return refusals
}
