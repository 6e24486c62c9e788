import { z } from 'zod'
import type { Ports } from '../../../ports/index.ts'
import { cscError, invalid, type CscError } from './errors.ts'
import type { Person } from './needs.ts'

export const PollingRequest = z.object({
  /** The `responseID` that was given. */
  requestID: z.string().max(64),
  clientData: z.string().max(2048).optional(),
})

const Kept = z.object({
  clientId: z.string(),
  subjectId: z.string(),
  /** Absent: it is not done yet. */
  result: z.record(z.string(), z.unknown()).optional(),
})

const SECONDS = 600
const nameOf = (id: string) => `csc-result:${id}`

/** Results of calls that nobody waited for (section 11.12): sealed, for ten minutes or less, for who has asked. */
export function results({ random, steps }: Pick<Ports, 'random' | 'steps'>) {
  async function begin(
    { clientId, subjectId }: Person,
    work: () => Promise<object>,
    validMs = SECONDS * 1000,
  ): Promise<{ responseID: string }> {
    const id = random.uuid()
    const seconds = Math.ceil(validMs / 1000)
    await steps.save(nameOf(id), { clientId, subjectId }, undefined, SECONDS)
    const done = async () => {
      const result = await work()
      const now = await steps.load(nameOf(id))
      await steps.save(nameOf(id), { clientId, subjectId, result }, now?.version, seconds)
    }
    // What cannot be kept is not there when it is asked for: the caller begins anew.
    void done().catch(() => undefined)
    return { responseID: id }
  }

  async function poll(
    person: Person,
    asked: z.infer<typeof PollingRequest>,
  ): Promise<object | CscError> {
    const stored = await steps.load(nameOf(asked.requestID))
    const { data } = Kept.safeParse(stored?.value)
    const isTheirs = data?.clientId === person.clientId && data.subjectId === person.subjectId
    if (data === undefined || !isTheirs) return invalid('Invalid parameter requestID')
    return data.result ?? PENDING
  }

  return { begin, poll }
}

const PENDING = cscError(
  'accepted_request',
  'The previous asynchronous signature request has been accepted for processing, but the processing has not yet been completed.',
)
