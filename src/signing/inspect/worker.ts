import { growing } from '../pades/appended.ts'
import type { VisibleAppearance } from '../pades/options.ts'
import { prepareToSign } from '../pades/sign.ts'
import { isDamage } from '../pdf/file.ts'
import { pagesOf, readPdf } from '../pdf/index.ts'
import { PdfRefused } from '../pdf/refused.ts'
import { bufferSource } from '../pdf/source.ts'
import { answering } from '../verify/handed-over.ts'
import type { Inspection } from './inspector.ts'

/** What a worker is given: plain data. */
export interface InspectTask {
  readonly bytes: Uint8Array
  readonly page?: number
  readonly field?: string
  readonly appearance?: VisibleAppearance
  /** How much work it may be to prepare it, in milliseconds of CPU time. */
  readonly mostCpuMs: number
}

/** Prepares a signature that nobody makes: what goes through here can be signed, whatever is refused would be refused
 *  before the citizen's eyes. */
async function inspect(task: InspectTask): Promise<Inspection> {
  const { bytes, page, field, appearance, mostCpuMs } = task
  try {
    const pdf = growing(bufferSource(bytes))
    const options = { profile: 'B-B' as const, page, field, appearance }
    const begun = process.cpuUsage()
    await prepareToSign(TOOLS, pdf, NOBODY, options)
    if (cpuMsSince(begun) > mostCpuMs) return TOO_LONG
    return { kind: 'fit', pages: pagesIn(bytes) }
  } catch (error) {
    if (error instanceof PdfRefused)
      return { kind: 'refused', code: error.code, where: error.where }
    throw error
  }
}

/** The same is done once more before the citizen signs, in a thread that others wait for. */
const TOO_LONG = { kind: 'refused', code: 'took_too_long', where: 'preparing' } as const

function cpuMsSince(begun: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begun)
  return (user + system) / 1000
}

/** Nothing of it is kept: neither time nor chance matter. */
const TOOLS = {
  clock: { now: () => 0 },
  random: { bytes: (length: number) => new Uint8Array(length) },
}
const NOBODY = { alg: 'ES256' as const, certificateChain: [Buffer.alloc(1)] }

function pagesIn(bytes: Uint8Array): number {
  try {
    return [...pagesOf(readPdf(bytes).view)].length
  } catch (error) {
    if (!isDamage(error)) throw error
    return [...pagesOf(readPdf(bytes, { damaged: 'force-rebuild' }).view)].length
  }
}

/** A program of its own, which is ended when a document takes too long or too much: one task after the other, until
 *  the window that began it is gone. What is no refusal is a bug: it ends the process, and the document is refused. */
process.on('message', answering(inspect))
process.on('disconnect', () => process.exit())
