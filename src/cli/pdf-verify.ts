import { X509Certificate } from 'node:crypto'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { revocationChecker, RevocationSettings } from '../../adapters/revocation/index.ts'
import { clock } from '../../adapters/system/clock.ts'
import { random } from '../../adapters/system/random.ts'
import { PanjerehError } from '../errors.ts'
import type { VerificationReport } from '../signing/verify/report.ts'
import { verdictOf } from '../signing/verify/verdict.ts'
import { pdfVerifier, type PdfVerifier } from '../signing/verify/verifier.ts'
import { refusedReport } from '../signing/verify/verify-pdf.ts'

interface Options {
  readonly trust: readonly string[]
  readonly json?: true
  readonly at?: number
  readonly offline?: true
  readonly revisions?: string
}

export function pdfVerifyCommand(): Command {
  return new Command('verify')
    .description('verify the signatures of PDF documents: one verdict a file (ETSI EN 319 102-1)')
    .argument('<file...>', 'PDF documents')
    .option(
      '--trust <pem>',
      'certificates that are trusted (PEM or DER); may be repeated',
      gather,
      [],
    )
    .option('--json', 'the whole report instead, one JSON object a line')
    .option('--at <time>', 'as of then (ISO 8601) instead of now', time)
    .option('--offline', 'ask nobody about revocation: only what the documents bring counts')
    .option('--revisions <directory>', 'write the revision that each signature signs there')
    .addHelpText('after', '\nExit codes: 0 all passed, 1 not all passed, 2 wrong command line.')
    .action(verify)
}

async function verify(files: readonly string[], options: Options): Promise<void> {
  const anchors = (await Promise.all(options.trust.map(certificatesIn))).flat()
  const needs = { clock, random }
  const revocation = options.offline
    ? undefined
    : revocationChecker(RevocationSettings.parse({}), needs)
  const verifier = pdfVerifier({ clock, revocation }, { anchors, mostBytes: MOST_BYTES })
  try {
    let hasPassed = true
    for (const file of files) {
      const isGood = await verdictOn(verifier, file, options).catch((error: unknown) =>
        unread(file, error),
      )
      hasPassed = isGood && hasPassed
    }
    if (!hasPassed) process.exitCode = 1
  } finally {
    await verifier.close()
  }
}

/** One file that is not there must not hide the verdicts on the others. */
function unread(file: string, error: unknown): false {
  const { code, syscall } = error as NodeJS.ErrnoException
  if (syscall === undefined) throw error
  console.log(
    `${file}: INDETERMINATE SIGNED_DATA_NOT_FOUND (the file cannot be read: ${code ?? ''})`,
  )
  return false
}

const MOST_BYTES = 256 * 1024 * 1024

async function verdictOn(
  verifier: PdfVerifier,
  file: string,
  { json, at, revisions }: Options,
): Promise<boolean> {
  const isTooLarge = (await stat(file)).size > MOST_BYTES
  const bytes = isTooLarge ? Buffer.alloc(0) : await readFile(file)
  const report = isTooLarge
    ? refusedReport('too_large', at ?? clock.now())
    : await verifier.verify(bytes, at)
  console.log(json ? JSON.stringify({ file, ...report }) : `${file}: ${verdictOf(report)}`)
  if (!json) for (const { detail } of report.warnings) console.log(`  warning: ${detail}`)
  if (revisions !== undefined) await writeRevisions(report, { file, bytes, directory: revisions })
  return report.indication === 'TOTAL-PASSED'
}

interface Source {
  readonly file: string
  readonly bytes: Buffer
  readonly directory: string
}

/** What was signed, to be looked at by itself: later revisions are cut off. */
async function writeRevisions(report: VerificationReport, { file, bytes, directory }: Source) {
  await mkdir(directory, { recursive: true })
  for (const { number, end, signedBy } of report.revisions) {
    if (end === undefined || signedBy.length === 0) continue
    const name = `${basename(file, '.pdf')}.revision-${number}.pdf`
    await writeFile(join(directory, name), bytes.subarray(0, end))
  }
}

/** One PEM file may hold several; otherwise it is one in DER. */
async function certificatesIn(path: string): Promise<readonly Uint8Array[]> {
  const bytes = await readFile(path)
  const pems = bytes.toString('latin1').match(PEM) ?? []
  try {
    return (pems.length === 0 ? [bytes] : pems).map((one) => new X509Certificate(one).raw)
  } catch (error) {
    throw new PanjerehError('config_invalid', `${path} holds no certificate`, { cause: error })
  }
}

const PEM = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g

const gather = (value: string, before: readonly string[]): readonly string[] => [...before, value]

function time(text: string): number {
  const ms = Date.parse(text)
  if (Number.isNaN(ms)) throw new InvalidArgumentError('A time is like 2026-03-21T08:00:00Z.')
  return ms
}
