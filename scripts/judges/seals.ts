import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { random } from '../../adapters/system/random.ts'
import { documentReport } from '../../src/extensions/verify/document-report.ts'
import { paperOf } from '../../src/extensions/verify/paper.ts'
import { PADES_PROFILES } from '../../src/signing/pades/options.ts'
import { bytesOf, signPdf } from '../../src/signing/pades/sign.ts'
import { paperPrinter } from '../../src/signing/paper/printer.ts'
import { ownerOf } from '../../src/signing/seals/seal-certificates.ts'
import type { NoSeal, Sealed } from '../../src/signing/seals/sealer.ts'
import { verifyPdf } from '../../src/signing/verify/verify-pdf.ts'
import { minimalPdf } from '../../test/signing/support/minimal-pdf.ts'
import { AGENCY, sealWorld, WINDOW } from '../../test/signing/support/seal-world.ts'

/** Seals for the judges, by the sample authority at `--pki`: an agency's in every profile, one on top of a citizen's
 *  signature, and the window's own on reports in both languages. */

const { values } = parseArgs({ options: { pki: { type: 'string' }, out: { type: 'string' } } })
const { pki: url = '', out = '' } = values
if (url === '' || out === '')
  throw new Error('usage: seals.ts --pki http://localhost:PORT --out FOLDER')

const OPERATOR = { actor: 'operator' } as const
const owner = ownerOf('agency')

mkdirSync(out, { recursive: true })
const world = await sealWorld(url)
const paper = paperPrinter()
try {
  writeFileSync(join(out, 'anchor.crt'), world.pki.root)
  await world.ports.clients.put({ client_id: 'agency' })
  await world.certificates.create(owner, AGENCY, OPERATOR)
  await world.certificates.create('window', WINDOW, OPERATOR)
  for (const profile of PADES_PROFILES)
    put(`seal-${profile}`, await world.sealer.seal(owner, minimalPdf({ pages: 2 }), { profile }))
  const citizens = await citizensDocument()
  put('seal-on-signature-B-LTA', await world.sealer.seal(owner, citizens, { profile: 'B-LTA' }))
  for (const locale of ['fa', 'en'] as const)
    put(`report-${locale}-B-LTA`, await world.sealer.sealBest('window', await printed(locale)))
} finally {
  await paper.close()
  await world.close()
}

function put(name: string, sealed: Sealed | NoSeal): void {
  if (sealed === 'no_seal') throw new Error(`${name}: there is no seal`)
  writeFileSync(join(out, `${name}.pdf`), bytesOf(sealed.pdf))
}

async function citizensDocument(): Promise<Buffer> {
  const { pki } = world
  const signer = await pki.signer('P-256')
  return bytesOf(await signPdf({ ...pki.ports, signer }, minimalPdf(), { profile: 'B-LTA' }))
}

async function printed(locale: 'fa' | 'en'): Promise<Buffer> {
  const bytes = await citizensDocument()
  const verified = verifyPdf(bytes, { anchors: [world.pki.root], now: Date.now() + 2000 })
  const report = documentReport(bytes, verified.report)
  return paper.print(paperOf({ report, locale, isSealed: true }), random.bytes(16))
}
