import type { Knex } from 'knex'
import type { Clock } from '../../src/ports/clock.ts'
import type { Random } from '../../src/ports/random.ts'
import type { SecretBox } from '../../src/ports/secret-box.ts'
import { activationStore } from './activation-store.ts'
import { artifactStore } from './artifact-store.ts'
import { authenticatorStore } from './authenticator-store.ts'
import { citizenNotices } from './citizen-notices.ts'
import { clientLogos } from './client-logos.ts'
import { clientStore } from './client-store.ts'
import { eventLog } from './event-log.ts'
import { eventSink } from './event-sink.ts'
import { evidenceStore } from './evidence-store.ts'
import { identityStore } from './identity-store.ts'
import { logoutNotices } from './logout-notices.ts'
import { rateLimiter } from './rate-limiter.ts'
import { representationStore } from './representation-store.ts'
import { sealStore } from './seal-store.ts'
import { sessionLevelStore } from './session-level-store.ts'
import { signatureRequestStore } from './signature-request-store.ts'
import { signingCredentialStore } from './signing-credential-store.ts'
import { stepStore } from './step-store.ts'
import { subjectStore } from './subject-store.ts'
import { webhookNotices } from './webhook-notices.ts'

export interface SqlNeeds {
  readonly knex: Knex
  readonly secrets: SecretBox
  readonly clock: Clock
  readonly random: Random
}

/** What lasts: always in SQL. */
export function sqlStores(needs: SqlNeeds) {
  return {
    activations: activationStore(needs),
    authenticators: authenticatorStore(needs),
    citizenNotices: citizenNotices(needs),
    clients: clientStore(needs),
    eventLog: eventLog(needs),
    events: eventSink(needs),
    evidence: evidenceStore(needs),
    identities: identityStore(needs),
    logos: clientLogos(needs),
    logouts: logoutNotices(needs),
    representations: representationStore(needs),
    seals: sealStore(needs),
    sessionLevels: sessionLevelStore(needs),
    signatureRequests: signatureRequestStore(needs),
    signingCredentials: signingCredentialStore(needs),
    subjects: subjectStore(needs),
    webhooks: webhookNotices(needs),
  }
}

/** What lives for a while: in SQL where there is no Redis. */
export function sqlTransientStores(needs: Omit<SqlNeeds, 'random'>) {
  return {
    artifacts: artifactStore(needs),
    limiter: rateLimiter(needs),
    steps: stepStore(needs),
  }
}
