import { PanjerehError } from '../../src/errors.ts'
import type { Registries } from '../../src/ports/registries.ts'
import { civilGsb, CivilGsbSettings } from './civil-gsb.ts'
import { foreignersGsb, ForeignersGsbSettings } from './foreigners-gsb.ts'
import type { GuardNeeds } from './guard.ts'
import { legalEntitiesGsb, LegalEntitiesGsbSettings } from './legal-entities-gsb.ts'
import { postCodeGsb, PostCodeGsbSettings } from './post-code-gsb.ts'
import { shahkarGsb, ShahkarGsbSettings } from './shahkar-gsb.ts'
import { shahkarUId, ShahkarUIdSettings } from './shahkar-u-id.ts'

export type { Observation } from './guard.ts'

type Make<Registry> = (needs: GuardNeeds, settings: unknown) => Registry
type Tables = {
  readonly [Role in keyof Registries]-?: Readonly<Record<string, Make<Registries[Role]>>>
}

/** THE TABLES: for each registry, the kind in the configuration → what is made of its settings. */
const TABLES: Tables = {
  subscribers: {
    'shahkar-gsb': (needs, settings) => shahkarGsb(needs, ShahkarGsbSettings.parse(settings)),
    'shahkar-u-id': (needs, settings) => shahkarUId(needs, ShahkarUIdSettings.parse(settings)),
  },
  civil: {
    'civil-gsb': (needs, settings) => civilGsb(needs, CivilGsbSettings.parse(settings)),
  },
  foreigners: {
    'foreigners-gsb': (needs, settings) =>
      foreignersGsb(needs, ForeignersGsbSettings.parse(settings)),
  },
  legalEntities: {
    'legal-entities-gsb': (needs, settings) =>
      legalEntitiesGsb(needs, LegalEntitiesGsbSettings.parse(settings)),
  },
  postCodes: {
    'post-code-gsb': (needs, settings) => postCodeGsb(needs, PostCodeGsbSettings.parse(settings)),
  },
}

export type RegistrySettings = Readonly<
  Partial<Record<keyof Registries, { readonly kind: string }>>
>

/** The registries that the configuration names. Throws `config_invalid`. */
export function registries(settings: RegistrySettings, needs: GuardNeeds): Registries {
  const roles = Object.keys(TABLES) as (keyof Registries)[]
  return Object.fromEntries(
    roles.flatMap((role) => {
      const own = settings[role]
      return own === undefined ? [] : [[role, made(role, own, needs)] as const]
    }),
  )
}

function made(role: keyof Registries, settings: { readonly kind: string }, needs: GuardNeeds) {
  const table: Readonly<Record<string, Make<unknown>>> = TABLES[role]
  const make = Object.hasOwn(table, settings.kind) ? table[settings.kind] : undefined
  if (make === undefined) {
    const kinds = Object.keys(table).join(', ')
    throw invalid(`${role}: kind must be one of ${kinds}`)
  }
  try {
    return make(needs, settings)
  } catch (cause) {
    const paths = (cause as { issues?: { path: unknown[]; message: string }[] }).issues ?? []
    const faults = paths.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
    throw invalid(`${role}: ${faults}`)
  }
}

function invalid(fault: string): PanjerehError {
  return new PanjerehError('config_invalid', `PANJEREH_REGISTRIES: ${fault}`)
}
