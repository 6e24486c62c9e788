import type { CivilRegistry } from './civil-registry.ts'
import type { ForeignersRegistry } from './foreigners-registry.ts'
import type { LegalEntityRegistry } from './legal-entity-registry.ts'
import type { PostCodeRegistry } from './post-code-registry.ts'
import type { SubscriberRegistry } from './subscriber-registry.ts'

/** The national registries that this window may ask; absent ones are not connected. */
export interface Registries {
  readonly subscribers?: SubscriberRegistry
  readonly civil?: CivilRegistry
  readonly foreigners?: ForeignersRegistry
  readonly legalEntities?: LegalEntityRegistry
  readonly postCodes?: PostCodeRegistry
}
