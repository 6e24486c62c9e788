import { X509Certificate } from 'node:crypto'
import type { PadesProfile } from '../../src/signing/pades/options.ts'
import { readPdf } from '../../src/signing/pdf/file.ts'
import { signaturesOf } from '../../src/signing/pdf/signatures.ts'
import type { SignatureReport } from '../../src/signing/verify/report.ts'
import { verifyPdf } from '../../src/signing/verify/verify-pdf.ts'
import {
  pdfsig,
  qpdfCheck,
  run,
  type Folder,
  type PopplerSignature,
} from '../../test/signing/support/tools.ts'

export interface SignedOnce {
  readonly before: Uint8Array
  readonly after: Buffer
  /** The signature that was made last. */
  readonly fieldName: string
  /** All that were made so far. */
  readonly fieldNames: readonly string[]
  readonly profile: PadesProfile
  /** DER: who is trusted. */
  readonly anchor: Uint8Array
}

/** What the programs on this machine say of a signature: `qpdf`, `pdfsig`, `openssl`, and ours. An empty list: all is
 *  well. `before` may have been damaged or have had signatures that do not hold: it must not have become worse. */
export function localFaults(files: Folder, signed: SignedOnce): readonly string[] {
  const { before, after } = signed
  const isPrefix = after.subarray(0, before.length).equals(before)
  return [
    ...(isPrefix ? [] : ['the bytes that were given are not those that it begins with']),
    ...structure(files, signed),
    ...byOpenssl(files, signed),
    ...byUs(signed),
  ]
}

function structure(files: Folder, { before, after, fieldName }: SignedOnce): readonly string[] {
  const [old, now] = [outsideOf(files, before), outsideOf(files, after)]
  const faults = now.qpdf > old.qpdf ? ['qpdf: worse than before'] : []
  const isValid = (name: string) => now.pdfsig.find(({ field }) => field === name)?.isValid === true
  if (!isValid(fieldName)) faults.push('pdfsig: not valid')
  const lost = old.pdfsig.filter((one) => one.isValid && !isValid(one.field))
  return [...faults, ...lost.map(({ field }) => `pdfsig: ${field} was valid`)]
}

interface Outside {
  readonly qpdf: number
  readonly pdfsig: readonly PopplerSignature[]
}

/** A document is asked about once: what comes after one signature comes before the next. */
const known = new WeakMap<Uint8Array, Outside>()

function outsideOf(files: Folder, bytes: Uint8Array): Outside {
  const before = known.get(bytes)
  if (before) return before
  const path = files.put('document.pdf', bytes)
  const said = { qpdf: qpdfCheck(path), pdfsig: pdfsig(path) }
  known.set(bytes, said)
  return said
}

function byOpenssl(files: Folder, { after, fieldName, anchor }: SignedOnce): readonly string[] {
  const own = signaturesOf(readPdf(after).view).find(({ field }) => field.name === fieldName)
  if (own?.contents === undefined || own.byteRange === undefined) return ['openssl: no signature']
  const padded = Buffer.from(own.contents.bytes)
  const [a, b, c, d] = own.byteRange
  const covered = Buffer.concat([after.subarray(a, a + b), after.subarray(c, c + d)])
  const { out } = run(
    'openssl',
    ...['cms', '-verify', '-cades', '-binary', '-inform', 'DER', '-purpose', 'any'],
    ...['-in', files.put('cms.der', padded.subarray(0, 4 + padded.readUInt16BE(2)))],
    ...['-content', files.put('content', covered), '-out', '/dev/null'],
    ...['-CAfile', files.put('anchor.pem', Buffer.from(new X509Certificate(anchor).toString()))],
  )
  return out.includes('CAdES Verification successful') ? [] : [`openssl: ${out.split('\n')[0]}`]
}

function byUs(signed: SignedOnce): readonly string[] {
  const { after, fieldNames, anchor } = signed
  const { report } = verifyPdf(after, { anchors: [anchor], now: Date.now() + 2000 })
  return fieldNames.flatMap((name) => {
    const own = report.signatures.find(({ field }) => field === name)
    return own === undefined ? [`ours: no ${name}`] : faultsOf(own, signed)
  })
}

function faultsOf(own: SignatureReport, { profile }: SignedOnce): readonly string[] {
  const isAsked = profile === 'B-B' || profile === 'B-T'
  const failed = own.checks.filter(
    // Nobody is asked here, and these levels bring no answers.
    ({ name, result }) => result === 'failed' && !(isAsked && name === 'revocation'),
  )
  return [
    ...(own.profile === profile ? [] : [`ours: ${own.field} is ${own.profile}`]),
    ...failed.map(({ name, detail }) => `ours: ${own.field}: ${name}: ${detail ?? ''}`),
  ]
}
