import type { Knex } from 'knex'
import * as createSubjects from './20260101090000_create_subjects.ts'
import * as createEvidence from './20260101090100_create_evidence.ts'
import * as createAuthenticators from './20260101090200_create_authenticators.ts'
import * as createClients from './20260101090300_create_clients.ts'
import * as createEvents from './20260101090400_create_events.ts'
import * as createArtifacts from './20260101090500_create_artifacts.ts'
import * as createClientLogos from './20260101090600_create_client_logos.ts'
import * as createIdentities from './20260101090800_create_identities.ts'
import * as createRepresentations from './20260101090900_create_representations.ts'
import * as addToldOfSigningCredentials from './20260101091200_add_told_of_signing_credentials.ts'
import * as createSigning from './20260101091000_create_signing.ts'
import * as createWebhookNotices from './20260101091100_create_webhook_notices.ts'
import * as createSeals from './20260101091500_create_seals.ts'
import * as indexSignatureRequests from './20260101091600_index_signature_requests.ts'
import * as createCitizenNotices from './20260101091700_create_citizen_notices.ts'
import * as createSealRequests from './20260101091800_create_seal_requests.ts'
import * as createLogoutNotices from './20260101090700_create_logout_notices.ts'

export interface NamedMigration extends Knex.Migration {
  readonly name: string
}

/** In the order they are run. Names carry no extension: knex keeps them in the database, and a
 *  packaging that turns `.ts` into `.js` must not turn one migration into two. */
export const MIGRATIONS: readonly NamedMigration[] = [
  { name: '20260101090000_create_subjects', ...createSubjects },
  { name: '20260101090100_create_evidence', ...createEvidence },
  { name: '20260101090200_create_authenticators', ...createAuthenticators },
  { name: '20260101090300_create_clients', ...createClients },
  { name: '20260101090400_create_events', ...createEvents },
  { name: '20260101090500_create_artifacts', ...createArtifacts },
  { name: '20260101090600_create_client_logos', ...createClientLogos },
  { name: '20260101090700_create_logout_notices', ...createLogoutNotices },
  { name: '20260101090800_create_identities', ...createIdentities },
  { name: '20260101090900_create_representations', ...createRepresentations },
  { name: '20260101091000_create_signing', ...createSigning },
  { name: '20260101091100_create_webhook_notices', ...createWebhookNotices },
  {
    name: '20260101091200_add_told_of_signing_credentials',
    ...addToldOfSigningCredentials,
  },
  { name: '20260101091500_create_seals', ...createSeals },
  { name: '20260101091600_index_signature_requests', ...indexSignatureRequests },
  { name: '20260101091700_create_citizen_notices', ...createCitizenNotices },
  { name: '20260101091800_create_seal_requests', ...createSealRequests },
]

export const migrationSource: Knex.MigrationSource<NamedMigration> = {
  getMigrations: async () => [...MIGRATIONS],
  getMigrationName: (migration) => migration.name,
  getMigration: async (migration) => migration,
}
