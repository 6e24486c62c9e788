import type { Turn, Visit } from '../../src/assurance/level.ts'
import { tehranDate } from '../../src/identity/jalali-date.ts'
import type { CardReading } from '../../src/ports/card-reader.ts'
import { patiently, type FaceNeeds } from './needs.ts'
import type { Person } from './portraits.ts'
import type { FaceReason, FaceState, Facts } from './state.ts'

export type CardFinding =
  | { readonly kind: 'read'; readonly facts: Facts }
  | { readonly kind: 'missing' }
  | { readonly kind: 'no'; readonly reason: FaceReason }

/** Reads the card and keeps its portrait for the comparison; the picture itself goes at once. */
export function faceCard({ captures, cards, clock, events }: FaceNeeds) {
  return async ({ visit, files }: Turn<FaceState>, person: Person): Promise<CardFinding> => {
    const image = files?.['card'] ?? captures.get(visit.uid, 'card')
    if (image === undefined) return { kind: 'missing' }
    try {
      const expected = { nationalId: person.nationalId, today: tehranDate(clock.now()) }
      const finding = hold(visit, await patiently(() => cards.read(image, expected)))
      if (finding.kind === 'no') await tell(visit, finding.reason)
      return finding
    } finally {
      image.fill(0)
      captures.wipe(visit.uid, 'card')
      captures.wipe(visit.uid, 'glance')
    }
  }

  function hold({ uid }: Visit, reading: CardReading): CardFinding {
    if (reading.kind === 'unusable') return { kind: 'no', reason: reading.problem }
    if (reading.kind === 'busy') return { kind: 'no', reason: 'busy' }
    const isHeld = captures.put(uid, 'portrait', reading.portrait)
    reading.portrait.fill(0)
    return isHeld ? { kind: 'read', facts: reading.facts } : { kind: 'no', reason: 'busy' }
  }

  async function tell({ clientId, subjectId, requestId }: Visit, reasons: string): Promise<void> {
    const about = { at: clock.now(), clientId, subjectId, requestId }
    const detail = { result: 'again', stage: 'card', reasons }
    await events.record({ type: 'face.judged', ...about, detail })
  }
}
