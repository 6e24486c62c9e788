import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sharedDocuments } from '../test/signing/verify/support/documents.ts'
import { verdictTrusting } from '../test/signing/verify/support/trusting.ts'
import { SHARED_DATA } from '../test/support/shared-data.ts'
import type { VerificationReport } from '../src/signing/verify/report.ts'

/** Writes the table of docs/verification.md anew: every shared document, by our verifier, by poppler's pdfsig, by EU
 *  DSS as scripts/judges/shared-documents.ts asked it, and by pyHanko, whose verdict was measured before and stands in
 *  the manifest. Names and verdicts alone are written. */

const PAGE = join(import.meta.dirname, '../docs/verification.md')
const DSS_SAID = join(import.meta.dirname, 'judges/shared-documents.tsv')
const BEGIN = '<!-- table: written by scripts/verification-table.ts -->'

/** A verdict in three words that can be compared. `undecided`: neither valid nor broken. */
type Verdict = 'valid' | 'broken' | 'undecided' | 'no signature' | 'unread' | 'not measured'

interface Row {
  readonly name: string
  readonly ours: Verdict
  readonly oursSaid: string
  readonly pdfsig: Verdict
  readonly pdfsigSaid: string
  readonly dss: Verdict
  readonly dssSaid: string
  readonly pyhanko: Verdict
  readonly pyhankoSaid: string
  /** Why ours is what it is, of the table that the tests hold it to. */
  readonly why: string
}

/** Time stamps over the document, and fields that wait for a signature. */
const UNJUDGED = ['Signature has not yet been verified', "Document isn't signed or corrupted data"]
const BROKEN = ['Digest Mismatch', 'Signature is Invalid']
/** Changes after a signature are warnings to DSS, as its own policy has it: they are told beside the verdict. */
const CHANGED = /Visual difference|object modifications|restricted by/

const manifest = new Map<string, string>(
  readFileSync(join(SHARED_DATA, 'pades/MANIFEST.tsv'), 'utf8')
    .split('\n')
    .map((line) => line.split('\t'))
    .map((cells) => [`pades/${cells[0] ?? ''}`, cells[8] ?? ''] as const),
)

/** Lines of cells by document: format, indication, sub-indication, errors, warnings, one line a signature. */
const dssSaid = Map.groupBy(
  readFileSync(DSS_SAID, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t')),
  ([name = '']) => name,
)

const rows = sharedDocuments().map(({ name, path, expectation: { why } }): Row => {
  const report = verdictTrusting(readFileSync(path))
  const theirs = { ...pdfsigOf(path), ...dssOf(name), ...pyhankoOf(manifest.get(name)) }
  return { name, ...oursOf(report), ...theirs, why }
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
  const pdfsigSaid = counts(verdicts).join(', ') + (isPart ? '; not all of the total document' : '')
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

function dssOf(name: string): Pick<Row, 'dss' | 'dssSaid'> {
  const lines = dssSaid.get(name)
  if (lines === undefined) return { dss: 'not measured', dssSaid: '' }
  const formats = lines.map(([, format]) => format)
  if (formats[0] === 'NO_SIGNATURE') return { dss: 'no signature', dssSaid: 'no signature' }
  if (formats.some((one) => one === 'EXCEPTION' || one === 'TIMEOUT'))
    return { dss: 'unread', dssSaid: 'does not read it' }
  const said = lines.map(([, format, indication, sub]) =>
    [indication, sub === 'null' ? undefined : sub, `(${format})`].filter(Boolean).join(' '),
  )
  const isChanged = lines.some((cells) => CHANGED.test(cells[5] ?? ''))
  const text = counts(said).join(', ') + (isChanged ? '; warns of changes' : '')
  const has = (indication: string) => lines.some((cells) => cells[2] === indication)
  const dss = has('TOTAL_FAILED') ? 'broken' : has('INDETERMINATE') ? 'undecided' : 'valid'
  return { dss, dssSaid: text }
}

/** `2 × this`, `1 × that`. */
function counts(said: readonly string[]): readonly string[] {
  return [...new Set(said)].map((one) => `${said.filter((other) => other === one).length} × ${one}`)
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
  const pyhankoSaid = counts(kinds).slice(0, 4).join(', ')
  if (parts.some((one) => /docmdp=False|not_intact|invalid/i.test(one)))
    return { pyhanko: 'broken', pyhankoSaid }
  const isJudged = parts.every((one) => /^(SIG|TS):intact\/valid/.test(one))
  return { pyhanko: isJudged ? 'valid' : 'undecided', pyhankoSaid }
}

function counted(): string {
  const pairs = (other: 'pdfsig' | 'dss' | 'pyhanko') => {
    const counts = new Map<string, number>()
    for (const row of rows) {
      if (row[other] === 'not measured') continue
      const key = `${row.ours} | ${row[other]}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    return [...counts].toSorted(([, one], [, more]) => more - one)
  }
  const table = (other: 'pdfsig' | 'dss' | 'pyhanko', title: string) =>
    [
      `| ours | ${title} | documents |`,
      '| --- | --- | --: |',
      ...pairs(other).map(([key, count]) => `| ${key} | ${count} |`),
    ].join('\n')
  return [table('pdfsig', 'pdfsig'), table('dss', 'EU DSS'), table('pyhanko', 'pyHanko')].join(
    '\n\n',
  )
}

const cell = (text: string) => text.replaceAll('|', '/').replaceAll('\n', ' ')

function table(): string {
  const lines = rows.map(
    ({ name, oursSaid, pdfsigSaid, dssSaid, pyhankoSaid, why }) =>
      `| ${[name, oursSaid, pdfsigSaid, dssSaid, pyhankoSaid, why].map(cell).join(' | ')} |`,
  )
  return [
    '| file | Panjereh | pdfsig | EU DSS | pyHanko | what ours rests on |',
    '| --- | --- | --- | --- | --- | --- |',
    ...lines,
  ].join('\n')
}

const [before = ''] = readFileSync(PAGE, 'utf8').split(BEGIN)
writeFileSync(PAGE, `${before}${BEGIN}\n\n${counted()}\n\n${table()}\n`)
console.log(`${rows.length} documents`)
if (process.argv.includes('--differences'))
  for (const { name, ours, pdfsig, dss, pyhanko, why } of rows)
    if (ours !== pdfsig || ours !== dss || (ours !== pyhanko && pyhanko !== 'not measured'))
      console.log([ours, pdfsig, dss, pyhanko, name, why].join('\t'))
