import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Signer } from '../../src/ports/signer.ts'
import { PADES_PROFILES, type PadesProfile } from '../../src/signing/pades/options.ts'
import { bytesOf, signPdf } from '../../src/signing/pades/sign.ts'
import { PdfRefused } from '../../src/signing/pdf/refused.ts'
import { sandboxSigning } from '../../test/signing/support/sandbox-signing.ts'
import { folder } from '../../test/signing/support/tools.ts'
import { sharedDocuments } from '../../test/signing/verify/support/documents.ts'
import { dssVerdicts } from './dss.ts'
import { localFaults } from './local-checks.ts'
import { everySigner } from './signers.ts'

/** Every profile, with every kind of key, on every shared document that may be signed, twice: each signature is shown
 *  to qpdf, pdfsig, openssl and ours at once, and both of them to EU DSS. Counts and faults are printed, and written to
 *  `--out` as they come: `combinations.tsv` has a line for each signature and judge.
 *
 *  `node scripts/judges/combinations.ts --pki http://localhost:9555 --out FOLDER [--dss dss/target] [--only EXPRESSION]` */

const { values } = parseArgs({
  options: {
    pki: { type: 'string' },
    out: { type: 'string' },
    dss: { type: 'string', default: join(import.meta.dirname, 'dss/target') },
    only: { type: 'string', default: '' },
  },
})
const { pki = '', out = '' } = values
const wanted = new RegExp(values.only)
if (pki === '' || out === '')
  throw new Error('usage: combinations.ts --pki http://localhost:PORT --out FOLDER')

/** One of two signatures in a row by the same key and of the same profile. */
interface Combination {
  readonly document: string
  readonly profile: PadesProfile
  readonly key: string
  readonly turn: 'first' | 'second'
}

interface Turn {
  readonly before: Buffer
  /** Fields that were signed before. */
  readonly earlier: readonly string[]
  readonly signer: Signer
}

interface Signed {
  readonly after: Buffer
  readonly fieldName: string
}

const files = folder()
mkdirSync(out, { recursive: true })
const lines = join(out, 'combinations.tsv')
writeFileSync(lines, '')
const anchor = join(out, 'anchor.crt')
const sandbox = await sandboxSigning(pki)
writeFileSync(anchor, sandbox.root)
const signers = await everySigner(sandbox)
const anybody = await sandbox.signer()
/** Files that wait for EU DSS, which takes longest to start. */
const waiting = new Map<string, readonly (Combination & Signed)[]>()
const AT_ONCE = 120
const counts = new Map<string, number>()
const faults: string[] = []

for (const { name, path } of sharedDocuments().filter((one) => wanted.test(one.name)))
  await everyCombination(name, readFileSync(path))
await byDss()
await signers.close()
await sandbox.close()
files.remove()
for (const [what, count] of [...counts].toSorted(([one], [other]) => one.localeCompare(other)))
  console.log(`${what}\t${count}`)
console.log(`${faults.length} faults`)
for (const fault of faults) console.log(fault)

async function everyCombination(document: string, given: Buffer): Promise<void> {
  const refusal = await refusalOf(given)
  if (refusal !== undefined) return count(`document refused: ${refusal}`)
  count('document')
  const number = counts.get('document')
  for (const profile of PADES_PROFILES)
    for (const [key, signer] of signers.all) {
      const signed = await twice({ document, profile, key }, given, signer)
      const last = signed.at(-1)
      if (last) waiting.set(files.put(`${number}-${profile}-${key}.pdf`, last.after), signed)
    }
  if (waiting.size >= AT_ONCE) await byDss()
}

async function refusalOf(given: Buffer): Promise<string | undefined> {
  try {
    await signPdf({ ...sandbox.ports, signer: anybody }, given, { profile: 'B-B' })
    return undefined
  } catch (error) {
    if (error instanceof PdfRefused) return error.code
    throw error
  }
}

async function twice(
  what: Omit<Combination, 'turn'>,
  given: Buffer,
  signer: Signer,
): Promise<readonly (Combination & Signed)[]> {
  const done: (Combination & Signed)[] = []
  let before = given
  for (const turn of ['first', 'second'] as const) {
    const combination = { ...what, turn }
    const earlier = done.map(({ fieldName }) => fieldName)
    const signed = await once(combination, { before, earlier, signer })
    if (signed === undefined) break
    done.push({ ...combination, ...signed })
    before = signed.after
  }
  return done
}

async function once(
  combination: Combination,
  { before, earlier, signer }: Turn,
): Promise<Signed | undefined> {
  const { profile } = combination
  try {
    const signed = await signPdf({ ...sandbox.ports, signer }, before, { profile })
    const { fieldName } = signed
    const after = bytesOf(signed)
    const fieldNames = [...earlier, fieldName]
    const signature = { before, after, fieldName, fieldNames, profile, anchor: sandbox.root }
    const found = localFaults(files, signature)
    tell('local', combination, found)
    return { after, fieldName }
  } catch (error) {
    // A document may allow one signature and no other.
    if (error instanceof PdfRefused) count(`${combination.turn} refused: ${error.code}`)
    else tell('local', combination, [String(error)])
    return undefined
  }
}

async function byDss(): Promise<void> {
  if (waiting.size === 0) return
  const environment = { JUDGE_ONLINE: 'true', JUDGE_PAGES: '0' }
  const verdicts = await dssVerdicts([...waiting.keys()], {
    target: values.dss,
    anchor,
    environment,
  })
  for (const [path, signed] of waiting) {
    rmSync(path)
    for (const { after: _after, fieldName, ...combination } of signed) {
      const said = verdicts.filter((one) => one.path === path)
      const own = said.find(({ field }) => field === fieldName) ?? said[0]
      const isGood =
        own?.indication === 'TOTAL_PASSED' &&
        own.format === `PAdES-BASELINE-${combination.profile.slice('B-'.length)}`
      const words = own && [own.format, own.indication, own.subIndication, own.errors].join(' ')
      tell('EU DSS', combination, isGood ? [] : [`EU DSS: ${words ?? 'nothing'}`])
    }
  }
  waiting.clear()
}

function tell(judge: string, combination: Combination, found: readonly string[]): void {
  const { document, profile, key, turn } = combination
  count(`${judge}: ${profile} ${found.length === 0 ? 'good' : 'FAULT'}`)
  const line = [judge, document, profile, key, turn, found.join('; ')].join('\t')
  appendFileSync(lines, `${line}\n`)
  if (found.length > 0) faults.push(line)
}

function count(what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1)
}
