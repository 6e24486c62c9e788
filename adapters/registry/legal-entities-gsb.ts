import { z } from 'zod'
import { fromCompactJalali, tehranDate } from '../../src/identity/jalali-date.ts'
import { isLegalId } from '../../src/identity/legal-id.ts'
import { shownName } from '../../src/identity/person-name.ts'
import {
  MANDATE_POWERS,
  type LegalEntityRegistry,
  type Mandate,
} from '../../src/ports/legal-entity-registry.ts'
import { DocumentCodes, documentCode } from './document-codes.ts'
import { gsb } from './gsb.ts'
import type { GuardNeeds } from './guard.ts'
import { GsbSettings } from './settings.ts'

export const LegalEntitiesGsbSettings = GsbSettings.extend({
  kind: z.literal('legal-entities-gsb'),
  service: z.string().default('gsb-ilenc-mandates'),
  identificationTypes: DocumentCodes.default(() => DocumentCodes.parse({})),
})

const ROLES = { '1': 'managing_director', '2': 'board_member', '3': 'attorney' } as const
const Held = z.object({
  mandateId: z.string().min(1).max(64),
  legalId: z.string().refine(isLegalId),
  name: z.string().max(300).transform(shownName),
  entityType: z.enum(['1', '2']),
  entityStatus: z.enum(['0', '1']),
  role: z.enum(['1', '2', '3']),
  /** A power that we do not know is one that we do not give. */
  powers: z.array(z.string()).transform((all) => MANDATE_POWERS.filter((one) => all.includes(one))),
  joint: z.boolean(),
  expiry: z.string().nullish(),
})
const Answer = z.object({ mandates: z.array(Held).max(500) })

/** The registry of legal entities over the GSB. Its service is not public: names and codes are assumptions. */
export function legalEntitiesGsb(
  needs: GuardNeeds,
  settings: z.infer<typeof LegalEntitiesGsbSettings>,
): LegalEntityRegistry {
  const verifier = 'legal-entities-gsb/1'
  const bus = gsb({ registry: 'legal_entities', verifier }, needs, settings)
  const today = () => tehranDate(needs.clock.now())
  return {
    async mandatesOf(person) {
      const identificationType = documentCode(settings.identificationTypes, person)
      if (identificationType === undefined) {
        return { kind: 'indeterminate', reason: 'not_permitted' }
      }
      return bus.ask({
        service: settings.service,
        parameters: { identificationType, identificationNo: person.value },
        read: (said) => mandatesOf(said, today()),
      })
    },
  }
}

/** Those in force. One that cannot be read makes the whole answer unreadable: it may be the one that matters. */
function mandatesOf(said: unknown, today: string): readonly Mandate[] | undefined {
  const { data } = Answer.safeParse(said)
  const all = data?.mandates.map(mandateOf)
  if (all === undefined || all.includes(undefined)) return undefined
  return all
    .filter((one) => one !== undefined)
    .filter(({ validUntil }) => (validUntil ?? today) >= today)
}

function mandateOf(held: z.infer<typeof Held>): Mandate | undefined {
  const validUntil = fromCompactJalali(held.expiry ?? '')
  if (held.expiry && validUntil === undefined) return undefined
  return {
    id: held.mandateId,
    entity: {
      legalId: held.legalId,
      name: held.name,
      kind: held.entityType === '1' ? 'legal_ir' : 'legal_foreign',
      isActive: held.entityStatus === '1',
    },
    role: ROLES[held.role],
    powers: held.powers,
    isJoint: held.joint,
    ...(validUntil ? { validUntil } : {}),
  }
}
