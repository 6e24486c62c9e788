import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sharedDocuments } from '../test/signing/verify/support/documents.ts'
import { verdictTrusting } from '../test/signing/verify/support/trusting.ts'
import { SHARED_DATA } from '../test/support/shared-data.ts'
import type { VerificationReport } from '../src/signing/verify/report.ts'

/** Writes the table of docs/verification.md anew: every shared document, by our verifier, by poppler's pdfsig and by
 *  pyHanko, whose verdict was measured before and stands in the manifest. Names and verdicts alone are written. */

const PAGE = join(import.meta.dirname, '../docs/verification.md')
const BEGIN = '<!-- table: written by scripts/verification-table.ts -->'

/** A verdict in three words that can be compared. `undecided`: neither valid nor broken. */
type Verdict = 'valid' | 'broken' | 'undecided' | 'no signature' | 'unread' | 'not measured'

interface Row {
  readonly name: string
  readonly ours: Verdict
  readonly oursSaid: string
  readonly pdfsig: Verdict
  readonly pdfsigSaid: string
  readonly pyhanko: Verdict
  readonly pyhankoSaid: string
  /** Why ours is what it is, of the table that the tests hold it to. */
  readonly why: string
}

/** Time stamps over the document, and fields that wait for a signature. */
const UNJUDGED = ['Signature has not yet been verified', "Document isn't signed or corrupted data"]
const BROKEN = ['Digest Mismatch', 'Signature is Invalid']

const manifest = new Map<string, string>(
  readFileSync(join(SHARED_DATA, 'pades/MANIFEST.tsv'), 'utf8')
    .split('\n')
    .map((line) => line.split('\t'))
    .map((cells) => [`pades/${cells[0] ?? ''}`, cells[8] ?? ''] as const),
)

const rows = sharedDocuments().map(({ name, path, expectation: { why } }): Row => {
  const report = verdictTrusting(readFileSync(path))
  return { name, ...oursOf(report), ...pdfsigOf(path), ...pyhankoOf(manifest.get(name)), why }
})

function oursOf(report: VerificationReport): Pick<Row, 'ours' | 'oursSaid'> {
  const { indication, subIndication, refusal, coversWholeDocument } = report
  const part = indication === 'TOTAL-PASSED' && !coversWholeDocument ? ' (not the whole)' : ''
  const said =
    [indication, subIndication, refusal && `(${refusal})`].filter(Boolean).join(' ') + part
  if (refusal !== undefined) return { ours: 'unread', oursSaid: said }
  const verdicts = {
    'TOTAL-PASSED': 'valid',
    'TOTAL-FAILED': 'broken',
    INDETERMINATE: 'undecided',
    'NO-SIGNATURE': 'no signature',
  } as const
  return { ours: verdicts[indication], oursSaid: said }
}

function pdfsigOf(path: string): Pick<Row, 'pdfsig' | 'pdfsigSaid'> {
  const said = outputOf(path)
  if (said === undefined) return { pdfsig: 'unread', pdfsigSaid: 'does not read it' }
  const verdicts = [...said.matchAll(/Signature Validation: (.*)\.$/gm)].map(([, one = '']) => one)
  if (verdicts.length === 0) return { pdfsig: 'no signature', pdfsigSaid: 'no signatures' }
  const isPart = said.includes('Not total document signed')
  const counts = [...new Set(verdicts)].map(
    (one) => `${verdicts.filter((other) => other === one).length} × ${one}`,
  )
  const pdfsigSaid = counts.join(', ') + (isPart ? '; not all of the total document' : '')
  const judged = verdicts.filter((one) => !UNJUDGED.includes(one))
  if (judged.every((one) => one === 'Signature is Valid'))
    return { pdfsig: judged.length === 0 ? 'undecided' : 'valid', pdfsigSaid }
  const isBroken = judged.some((one) => BROKEN.includes(one))
  return { pdfsig: isBroken ? 'broken' : 'undecided', pdfsigSaid }
}

/** pdfsig ends with an error code where a signature is not valid, and says so all the same. */
function outputOf(path: string): string | undefined {
  try {
    return execFileSync('pdfsig', ['-nocert', path], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 30_000,
    })
  } catch (error) {
    const { stdout } = error as { stdout?: string }
    return /Signature Validation|does not contain any signatures/.test(stdout ?? '')
      ? stdout
      : undefined
  }
}

/** `SIG:intact/valid/coverage/level/docmdp` and `TS:…` of each signature; `READ-ERR` where it cannot be read. */
function pyhankoOf(measured: string | undefined): Pick<Row, 'pyhanko' | 'pyhankoSaid'> {
  const text = measured?.trim() ?? ''
  if (text === '') return { pyhanko: 'not measured', pyhankoSaid: '' }
  if (text === 'no-signature') return { pyhanko: 'no signature', pyhankoSaid: 'no signature' }
  if (text.startsWith('READ-ERR'))
    return { pyhanko: 'unread', pyhankoSaid: text.slice('READ-ERR '.length).split(':')[0] ?? '' }
  const parts = text.split('|').map((one) => one.trim())
  const kinds = parts.map((one) => (/^(SIG|TS):/.test(one) ? one : (one.split(':')[0] ?? '')))
  const distinct = [...new Set(kinds)].map(
    (one) => `${kinds.filter((other) => other === one).length} × ${one}`,
  )
  const pyhankoSaid = distinct.slice(0, 4).join(', ')
  if (parts.some((one) => /docmdp=False|not_intact|invalid/i.test(one)))
    return { pyhanko: 'broken', pyhankoSaid }
  const isJudged = parts.every((one) => /^(SIG|TS):intact\/valid/.test(one))
  return { pyhanko: isJudged ? 'valid' : 'undecided', pyhankoSaid }
}

function counted(): string {
  const pairs = (other: 'pdfsig' | 'pyhanko') => {
    const counts = new Map<string, number>()
    for (const row of rows) {
      if (row[other] === 'not measured') continue
      const key = `${row.ours} | ${row[other]}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    return [...counts].toSorted(([, one], [, more]) => more - one)
  }
  const table = (other: 'pdfsig' | 'pyhanko', title: string) =>
    [
      `| ours | ${title} | documents |`,
      '| --- | --- | --: |',
      ...pairs(other).map(([key, count]) => `| ${key} | ${count} |`),
    ].join('\n')
  return `${table('pdfsig', 'pdfsig')}\n\n${table('pyhanko', 'pyHanko')}`
}

const cell = (text: string) => text.replaceAll('|', '/').replaceAll('\n', ' ')

function table(): string {
  const lines = rows.map(
    ({ name, oursSaid, pdfsigSaid, pyhankoSaid, why }) =>
      `| ${[name, oursSaid, pdfsigSaid, pyhankoSaid, why].map(cell).join(' | ')} |`,
  )
  return [
    '| file | Panjereh | pdfsig | pyHanko | what ours rests on |',
    '| --- | --- | --- | --- | --- |',
    ...lines,
  ].join('\n')
}

const [before = ''] = readFileSync(PAGE, 'utf8').split(BEGIN)
writeFileSync(PAGE, `${before}${BEGIN}\n\n${counted()}\n\n${table()}\n`)
console.log(`${rows.length} documents`)
if (process.argv.includes('--differences'))
  for (const { name, ours, pdfsig, pyhanko, why } of rows)
    if (ours !== pdfsig || (ours !== pyhanko && pyhanko !== 'not measured'))
      console.log([ours, pdfsig, pyhanko, name, why].join('\t'))
