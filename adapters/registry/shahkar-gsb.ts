import { z } from 'zod'
import type { SubscriberRegistry } from '../../src/ports/subscriber-registry.ts'
import { DocumentCodes, documentCode } from './document-codes.ts'
import { gsb } from './gsb.ts'
import type { GuardNeeds } from './guard.ts'
import { nationalNumber } from './mobile.ts'
import { GsbSettings } from './settings.ts'

export const ShahkarGsbSettings = GsbSettings.extend({
  kind: z.literal('shahkar-gsb'),
  service: z.string().default('gsb-itoshahkar'),
  identificationTypes: DocumentCodes.default(() => DocumentCodes.parse({})),
})

/** Mobile numbers; what other kinds of service there are is not asked. */
const MOBILE_SERVICE = '2'

/** Shahkar over the GSB: is this number in the name of this document? */
export function shahkarGsb(
  needs: GuardNeeds,
  settings: z.infer<typeof ShahkarGsbSettings>,
): SubscriberRegistry {
  const bus = gsb({ registry: 'subscribers', verifier: 'shahkar-gsb/1' }, needs, settings)
  return {
    async owns(person, mobile) {
      const identificationType = documentCode(settings.identificationTypes, person)
      const serviceNumber = nationalNumber(mobile)
      if (identificationType === undefined || serviceNumber === undefined) {
        return { kind: 'indeterminate', reason: 'not_permitted' }
      }
      return bus.ask<true>({
        service: settings.service,
        parameters: {
          serviceType: MOBILE_SERVICE,
          identificationType,
          identificationNo: person.value,
          serviceNumber,
        },
        read: () => true,
      })
    },
  }
}
