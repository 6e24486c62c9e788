import { z } from 'zod'
import type { FaultBoard } from './faults.ts'
import type { StreamBook } from './streams.ts'

const Image = z.base64().max(8 * 1024 * 1024)
const Stream = z.string().min(1).max(100)
const Asked = { request_id: z.string().min(1).max(100) }

const Compare = z.object({ ...Asked, probes: z.array(Image).min(1).max(10), reference: Image })
const Attacks = z.object({ ...Asked, frames: z.array(Image).min(1).max(10) })
const Begin = z.object({ ...Asked, stream: Stream, gentle: z.boolean() })
const See = z.object({
  ...Asked,
  stream: Stream,
  sequence: z.number().int().nonnegative(),
  image: Image,
})
const Named = z.object({ ...Asked, stream: Stream })

export interface Engine {
  readonly faults: FaultBoard
  readonly streams: StreamBook
}

type Result = Readonly<Record<string, unknown>>
const SCORES = { same: 0.7, unsure: 0.38, different: 0.1 } as const
const READABLE: readonly (readonly number[])[] = [
  [0xff, 0xd8, 0xff],
  [0x89, 0x50, 0x4e, 0x47],
  [0x52, 0x49, 0x46, 0x46],
]

const isReadable = (image: string): boolean => {
  const bytes = Buffer.from(image.slice(0, 16), 'base64')
  return READABLE.some((magic) => magic.every((byte, i) => bytes[i] === byte))
}

/** One question of the wire format → its result; undefined: it was not understood. */
export const ANSWERS: Readonly<
  Record<string, (asked: unknown, engine: Engine) => Result | undefined>
> = {
  compare(asked, { faults }) {
    const { data } = Compare.safeParse(asked)
    if (data === undefined) return undefined
    const unreadable = { kind: 'unusable', problem: 'unreadable' }
    if (!data.probes.every(isReadable)) return { ...unreadable, which: 'probe' }
    if (!isReadable(data.reference)) return { ...unreadable, which: 'reference' }
    const decision = faults.verdicts().comparison
    return { kind: 'compared', decision, score: SCORES[decision] }
  },
  attacks(asked, { faults }) {
    const { data } = Attacks.safeParse(asked)
    if (data === undefined) return undefined
    if (!data.frames.every(isReadable)) return { kind: 'unusable', problem: 'unreadable' }
    const decision = faults.verdicts().attack
    return { kind: 'judged', decision, score: decision === 'attack' ? 0.05 : 0.95 }
  },
  'liveness/begin'(asked, { streams }) {
    const { data } = Begin.safeParse(asked)
    return data && streams.begin(data.stream)
  },
  'liveness/see'(asked, { streams }) {
    const { data } = See.safeParse(asked)
    return data && streams.see(data.stream, data.sequence, data.image)
  },
  'liveness/conclude'(asked, { streams, faults }) {
    const { data } = Named.safeParse(asked)
    return data && streams.conclude(data.stream, faults.verdicts().liveness)
  },
  'liveness/discard'(asked, { streams }) {
    const { data } = Named.safeParse(asked)
    return data && streams.discard(data.stream)
  },
}
