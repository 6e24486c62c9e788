import { isDeepStrictEqual } from 'node:util'
import type { Mandate } from '../ports/legal-entity-registry.ts'
import type { Ports } from '../ports/index.ts'
import type { Indeterminate } from '../ports/registry-answer.ts'
import type { Representation } from '../ports/representation-store.ts'

type Needs = Pick<Ports, 'clock' | 'events' | 'identities' | 'registries' | 'representations'>

export type Mandates =
  | { readonly kind: 'known'; readonly mandates: readonly Mandate[] }
  | { readonly kind: 'away'; readonly reason: Indeterminate; readonly retryAt?: number }

/** What a grant's choice is worth now. */
export type Standing =
  | { readonly kind: 'chosen'; readonly representation: Representation }
  /** Nothing was chosen, or the mandate is no more. */
  | { readonly kind: 'open' }
  /** It has to be asked about anew, and nobody answers. */
  | { readonly kind: 'away' }

export interface Choice {
  readonly grantId: string
  readonly subjectId: string
  readonly clientId: string
  readonly requestId?: string
  /** The registry's name of the mandate; undefined: for himself. */
  readonly mandateId?: string
}

/** Natural persons who act for legal ones. The registry says who may, each time that its word is older than
 *  `lifetimeSeconds`: a mandate that is revoked ends at the next look. */
export function representation(
  { clock, events, identities, registries, representations }: Needs,
  { lifetimeSeconds }: { readonly lifetimeSeconds: number },
) {
  /** The mandates in force, for entities that exist. */
  async function mandatesOf(subjectId: string): Promise<Mandates> {
    const identity = await identities.ofSubject(subjectId)
    if (identity === undefined || identity.lowered) return { kind: 'known', mandates: [] }
    if (registries.legalEntities === undefined) return { kind: 'away', reason: 'unavailable' }
    const { identifier, document = identifier } = identity
    const answer = await registries.legalEntities.mandatesOf(document)
    const result = answer.kind === 'indeterminate' ? answer.reason : answer.kind
    const detail = { registry: 'legal_entities', result }
    await events.record({ type: 'registry.asked', at: clock.now(), subjectId, detail })
    if (answer.kind === 'indeterminate') return { ...answer, kind: 'away' }
    if (answer.kind === 'mismatch') return { kind: 'known', mandates: [] }
    return { kind: 'known', mandates: answer.found.filter(({ entity }) => entity.isActive) }
  }

  /** False when there is no such mandate (any more): nothing is chosen then. */
  async function choose(choice: Choice): Promise<'chosen' | 'no_mandate' | 'away'> {
    const { grantId, subjectId, clientId, requestId, mandateId } = choice
    const now = clock.now()
    const about = { at: now, subjectId, clientId, requestId }
    const kept = { grantId, subjectId, chosenAt: now, checkedAt: now }
    const event = { type: 'mandate.chosen', ...about } as const
    if (mandateId === undefined) {
      await representations.choose(kept, [event])
      return 'chosen'
    }
    const known = await mandatesOf(subjectId)
    if (known.kind === 'away') return 'away'
    const mandate = known.mandates.find(({ id }) => id === mandateId)
    if (mandate === undefined) return 'no_mandate'
    await representations.choose({ ...kept, mandate }, [event])
    return 'chosen'
  }

  /** Asks the registry again when its word is old. */
  async function standing(grantId: string): Promise<Standing> {
    const chosen = await representations.ofGrant(grantId)
    if (chosen === undefined) return { kind: 'open' }
    const isFresh = clock.now() - chosen.checkedAt < lifetimeSeconds * 1000
    if (chosen.mandate === undefined || isFresh) return { kind: 'chosen', representation: chosen }
    const known = await mandatesOf(chosen.subjectId)
    if (known.kind === 'away') return { kind: 'away' }
    // A mandate with other powers than before is another one: the person chooses anew.
    if (known.mandates.some((mandate) => isDeepStrictEqual(mandate, chosen.mandate))) {
      await representations.checked(grantId, clock.now())
      return { kind: 'chosen', representation: chosen }
    }
    await end(chosen)
    return { kind: 'open' }
  }

  async function end({ grantId, subjectId, entityId }: Representation): Promise<void> {
    const detail = entityId === undefined ? {} : { detail: { entity: entityId } }
    const event = { type: 'mandate.ended', at: clock.now(), subjectId, ...detail } as const
    await representations.end(grantId, [event])
  }

  return { mandatesOf, choose, standing }
}

export type RepresentationLaw = ReturnType<typeof representation>
