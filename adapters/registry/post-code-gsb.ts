import { z } from 'zod'
import { shownName } from '../../src/identity/person-name.ts'
import type { PostCodeRegistry } from '../../src/ports/post-code-registry.ts'
import { gsb } from './gsb.ts'
import type { GuardNeeds } from './guard.ts'
import { GsbSettings } from './settings.ts'

export const PostCodeGsbSettings = GsbSettings.extend({
  kind: z.literal('post-code-gsb'),
  service: z.string().default('gsb-postcode'),
  /** Nobody is kept waiting for an address. */
  totalMs: z.number().int().min(100).max(60_000).default(2_500),
})

const Text = z.string().max(400).transform(shownName)
const Answer = z.object({
  address: z.object({ postalCode: z.string(), province: Text, city: Text, street: Text }),
})

/** Iran Post's register of post codes over the GSB; names and codes are assumptions. */
export function postCodeGsb(
  needs: GuardNeeds,
  settings: z.infer<typeof PostCodeGsbSettings>,
): PostCodeRegistry {
  const bus = gsb({ registry: 'post_codes', verifier: 'post-code-gsb/1' }, needs, settings)
  return {
    find: (postCode) =>
      bus.ask({
        service: settings.service,
        parameters: { postalCode: postCode },
        read(said) {
          const { data } = Answer.safeParse(said)
          if (data?.address.postalCode !== postCode) return undefined
          const { province: region, city: locality, street: streetAddress } = data.address
          return { postCode, region, locality, streetAddress }
        },
      }),
  }
}
