import { createHash } from 'node:crypto'
import { verifyPdf } from '../src/signing/verify/verify-pdf.ts'
import { pdfVerifier } from '../src/signing/verify/verifier.ts'
import { bytesOf, signPdf } from '../src/signing/pades/sign.ts'
import { sandboxSigning } from '../test/signing/support/sandbox-signing.ts'
import { document, stream } from '../test/signing/verify/support/handmade.ts'
import type { LoadOptions } from './load.ts'

export interface VerifyFigures {
  readonly name: string
  readonly file_kb: number
  readonly objects: number
  readonly verified_per_s: number
  readonly cpu_ms_each: number
  readonly p50_ms: number
  readonly p99_ms: number
  /** The baseline of the same run: SHA-256 over the same bytes, as often as there are signatures in it. */
  readonly hash_cpu_ms: number
  /** By the worker, with its hand-over, one document after the other. */
  readonly worker_per_s: number
}

const PAGES = 200
const TEXT = 4_700

/** Every check on a 1 MB B-LTA document, on one core. */
export async function pdfVerify({ seconds }: LoadOptions): Promise<VerifyFigures> {
  const pki = await sandboxSigning()
  const verifier = pdfVerifier(pki.ports, { anchors: [pki.root] })
  try {
    const signer = await pki.signer()
    const signed = await signPdf({ ...pki.ports, signer }, pages(), { profile: 'B-LTA' })
    const bytes = bytesOf(signed)
    const options = { anchors: [pki.root], now: Date.now() }
    const full = await driven(seconds, () => isPassed(verifyPdf(bytes, options).report.indication))
    const hash = await driven(seconds / 4, () => {
      for (let signatures = 0; signatures < 2; signatures++)
        createHash('sha256').update(bytes).digest()
    })
    const worker = await driven(seconds, async () =>
      isPassed((await verifier.verify(bytes)).indication),
    )
    return {
      name: 'pdf_verify_1mb',
      file_kb: Math.round(bytes.length / 1024),
      objects: PAGES * 2 + 10,
      verified_per_s: round(full.rate),
      cpu_ms_each: round(full.cpuMs),
      p50_ms: round(full.at(0.5)),
      p99_ms: round(full.at(0.99)),
      hash_cpu_ms: round(hash.cpuMs),
      worker_per_s: round(worker.rate),
    }
  } finally {
    await verifier.close()
    await pki.close()
  }
}

function isPassed(indication: string): void {
  if (indication !== 'TOTAL-PASSED') throw new Error(`the document is ${indication}`)
}

/** Text of many pages, not compressed: about a megabyte. */
function pages(): Buffer {
  const text = stream(`BT /F1 9 Tf ${'(Lorem ipsum dolor sit amet) Tj '.repeat(TEXT / 32)} ET`)
  const numbers = Array.from({ length: PAGES }, (_, index) => 10 + index * 2)
  const objects: Record<number, string> = {
    1: '<</Type/Catalog/Pages 2 0 R>>',
    2: `<</Type/Pages/Count ${PAGES}/Kids[${numbers.map((number) => `${number} 0 R`).join(' ')}]>>`,
    5: '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
  }
  for (const number of numbers) {
    objects[number] =
      `<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>>>/Contents ${number + 1} 0 R>>`
    objects[number + 1] = text
  }
  return document(objects)
}

async function driven(seconds: number, act: () => void | Promise<void>) {
  // Code is compiled before anything counts.
  for (let warm = 0; warm < 10; warm++) await act()
  const times: number[] = []
  const [cpu, started] = [process.cpuUsage(), performance.now()]
  while (performance.now() < started + seconds * 1000) {
    const begun = performance.now()
    await act()
    times.push(performance.now() - begun)
  }
  const elapsed = (performance.now() - started) / 1000
  const { user, system } = process.cpuUsage(cpu)
  times.sort((one, other) => one - other)
  return {
    rate: times.length / elapsed,
    cpuMs: (user + system) / 1000 / times.length,
    at: (q: number) => times[Math.min(times.length - 1, Math.floor(times.length * q))] ?? 0,
  }
}

const round = (value: number) => Math.round(value * 100) / 100
