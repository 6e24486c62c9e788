import type { Evidence, IdentityConflict, KeptProof } from '../ports/evidence-store.ts'
import type { Ports } from '../ports/index.ts'
import type { Journey } from './journey.ts'
import type { Ladder } from './ladder.ts'
import type { Outcome, RefusalReason, Step, Visit } from './level.ts'

export type Proved = Extract<Outcome<unknown>, { kind: 'proved' }>

interface Climb {
  readonly visit: Visit
  readonly journey: Journey
  readonly step: Step
}

export type KeptOrNot =
  | { readonly kind: 'kept'; readonly journey: Journey }
  /** The identity was bound to another subject in the meantime; nothing was written. */
  | { readonly kind: 'outrun' }
  | { readonly kind: 'refused'; readonly reason: RefusalReason }

type Needs = Pick<Ports, 'clock' | 'evidence' | 'subjects'>

/** Writes down what a rung has proved, before anybody is told of it, and says where that leads. */
export function proofKeeper(
  { clock, evidence, subjects }: Needs,
  { ladder, recycledAfter }: { readonly ladder: Ladder; readonly recycledAfter: number },
) {
  return async function keepProof(climb: Climb, outcome: Proved): Promise<KeptOrNot> {
    const { journey, step } = climb
    const subjectId = journey.subjectId ?? outcome.subjectId
    const isMoved = outcome.identity?.mayMove === true
    if (outcome.subjectId !== undefined && outcome.subjectId !== subjectId) return CONFLICT
    // A number goes over to another account only when it was proved in this very interaction.
    if (isMoved && journey.identifier === undefined) return CONFLICT
    const kept = await keep(climb, subjectId, outcome)
    if (kept === 'identity_conflict') return { kind: 'outrun' }
    if (subjectId !== undefined && subjectId !== kept.subjectId && !isMoved) return CONFLICT
    // A rung that says it is done and has not reached its rank would be asked again without end.
    if (!reaches(outcome.evidence, ladder.rung(step.name)?.rank ?? 0)) return NOT_ELIGIBLE
    if (!kept.isNewSubject && !(await isActive(kept.subjectId))) return NOT_ELIGIBLE
    const proofs = [...journey.proofs, ...proofsOf(outcome.evidence)]
    const identifier = outcome.identifier ?? journey.identifier
    const { subjectId: named } = kept
    return {
      kind: 'kept',
      journey: {
        ...journey,
        open: undefined,
        subjectId: named,
        identifier,
        proofs,
        details: outcome.details ? [...outcome.details] : journey.details,
      },
    }
  }

  function keep(
    { visit, step }: Climb,
    subjectId: string | undefined,
    { evidence: proofs, identifier, identity }: Proved,
  ): Promise<KeptProof | IdentityConflict> {
    const { clientId, requestId } = visit
    const events = proofsOf(proofs).map(({ rank }) => ({
      type: 'level.proved' as const,
      at: clock.now(),
      clientId,
      requestId,
      detail: { method: step.name, rank },
    }))
    if (identity !== undefined && subjectId !== undefined) {
      return evidence.keepIdentity({ subjectId, identity, evidence: proofs, events })
    }
    const named = identifier ? { identifier } : { subjectId }
    return evidence.keep({ ...named, evidence: proofs, recycledAfter, events })
  }

  async function isActive(subjectId: string): Promise<boolean> {
    return (await subjects.find(subjectId))?.status === 'active'
  }
}

const CONFLICT: KeptOrNot = { kind: 'refused', reason: 'conflict' }
const NOT_ELIGIBLE: KeptOrNot = { kind: 'refused', reason: 'not_eligible' }

const reaches = (evidence: readonly Evidence[], rank: number) =>
  evidence.some((one) => one.rank >= rank)

/** One proof a rank and time, of however many pieces of evidence. */
function proofsOf(evidence: readonly Evidence[]): Journey['proofs'] {
  const proofs = new Map<string, Journey['proofs'][number]>()
  for (const { rank, amr, provedAt: ms } of evidence) {
    const provedAt = Math.floor(ms / 1000)
    const known = proofs.get(`${rank}:${provedAt}`)?.amr ?? []
    proofs.set(`${rank}:${provedAt}`, { rank, amr: [...new Set([...known, ...amr])], provedAt })
  }
  return [...proofs.values()]
}
