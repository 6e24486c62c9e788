import type { Context } from 'koa'
import { bodyReader } from './body.ts'
import { documentReport, type DocumentReport } from './document-report.ts'
import type { Refused } from './fault.ts'
import { pointsFor, type VerifyLimits } from './limits.ts'
import type { VerifyNeeds } from './needs.ts'
import { places } from './places.ts'

export interface Document {
  readonly bytes: Buffer
  readonly fileName?: string
}

export interface Looked extends Document {
  readonly report: DocumentReport
}

/** Where in the body the document is, and how long a body may be. */
export interface Envelope {
  readonly mostBytes: number
  open(body: Buffer): Document | Refused
}

export type VerifyService = (ctx: Context, envelope: Envelope) => Promise<Looked | Refused>

/** One document of a stranger: counted, received, looked at in a worker. */
export function verifyService(needs: VerifyNeeds, limits: VerifyLimits): VerifyService {
  const receive = bodyReader(limits)
  const { take } = places(limits.atOnce, limits.waiting)

  async function look({ bytes, fileName }: Document): Promise<Looked | Refused> {
    if (bytes.length === 0) return { fault: 'empty' }
    if (bytes.length > limits.documentBytes) return { fault: 'too_large' }
    if (!isPdf(bytes)) return { fault: 'not_pdf' }
    const leave = await take(limits.waitMs)
    if (leave === undefined) return { fault: 'busy', retryAfterSeconds: 30 }
    try {
      const report = await needs.verifier.verify(bytes)
      return { bytes, fileName, report: documentReport(bytes, report) }
    } finally {
      leave()
    }
  }

  return async (ctx, envelope) => {
    const refused = await counted(ctx, needs, limits)
    if (refused !== undefined) return refused
    const received = await receive(ctx, envelope.mostBytes)
    if ('fault' in received) return received
    try {
      const document = envelope.open(received.body)
      return 'fault' in document ? document : await look(document)
    } finally {
      received.release()
    }
  }
}

/** ISO 32000-1 annex H, note 13: readers look for the header in the first 1024 bytes. */
const isPdf = (bytes: Buffer) => bytes.subarray(0, 1024 + 5).includes('%PDF-')

async function counted(
  ctx: Context,
  { ports: { limiter }, origin }: VerifyNeeds,
  { byAddress, byNetwork }: VerifyLimits,
): Promise<Refused | undefined> {
  const { address, subnet } = origin(ctx)
  const points = pointsFor(Number(ctx.get('Content-Length')) || 0)
  const own = await limiter.take(byAddress, address, points)
  // Who is over its own limit takes nothing from its neighbours.
  const state = own.allowed ? await limiter.take(byNetwork, subnet, points) : own
  if (state.allowed) return undefined
  return { fault: 'too_many', retryAfterSeconds: state.retryAfterSeconds }
}
