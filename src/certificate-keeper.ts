import { repeating } from './delivery/repeating.ts'
import type { LoweredReason } from './ports/identity-store.ts'
import type { Ports } from './ports/index.ts'
import type { RevocationReason } from './ports/revocation-checker.ts'
import { enrolment, type EnrolmentPolicy } from './signing/enrolment.ts'

export interface CertificateKeeper {
  /** A registry has taken its word back: the person's certificates go, where they say what is no longer so. */
  lowered(subjectId: string): Promise<void>
  start(): void
  stop(): Promise<void>
}

const LOOK_EVERY = 60_000

/** A number that moved says nothing against the person's name. */
const REASONS: Readonly<Partial<Record<LoweredReason, RevocationReason>>> = {
  deceased: 'cessation_of_operation',
  not_found: 'unspecified',
}

/** Takes people's certificates back, and tells the authority later when it was away. */
export function certificateKeeper(
  { signing, ...ports }: Ports,
  policy: Pick<EnrolmentPolicy, 'observe' | 'tells'> = {},
): CertificateKeeper | undefined {
  if (signing === undefined) return undefined
  const { revokeFor, withdrawOutstanding } = enrolment({ ...ports, ...signing }, policy)
  const { start, stop } = repeating(LOOK_EVERY, withdrawOutstanding)
  return {
    async lowered(subjectId) {
      const { reason } = (await ports.identities.ofSubject(subjectId))?.lowered ?? {}
      const revocation = reason && REASONS[reason]
      if (revocation !== undefined) await revokeFor(subjectId, revocation)
    },
    start,
    stop,
  }
}
