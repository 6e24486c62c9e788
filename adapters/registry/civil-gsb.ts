import { z } from 'zod'
import { compactJalali, fromCompactJalali } from '../../src/identity/jalali-date.ts'
import { shownName } from '../../src/identity/person-name.ts'
import { parsePostCode } from '../../src/identity/post-code.ts'
import { pictureType } from '../../src/identity/picture.ts'
import type { CivilRecord, CivilRegistry, Portrait } from '../../src/ports/civil-registry.ts'
import { gsb } from './gsb.ts'
import type { GuardNeeds } from './guard.ts'
import { GsbSettings } from './settings.ts'

export const CivilGsbSettings = GsbSettings.extend({
  kind: z.literal('civil-gsb'),
  service: z.string().default('gsb-sabteahval'),
  portraitService: z.string().default('gsb-sabteahval-image'),
})

const Name = z.string().max(200).transform(shownName)
const Answer = z.object({
  record: z.object({
    firstName: Name.pipe(z.string().min(1)),
    lastName: Name.pipe(z.string().min(1)),
    fatherName: Name.nullish(),
    gender: z.enum(['1', '2']).nullish(),
    birthDate: z.string(),
    deathStatus: z.enum(['0', '1']),
    previousFirstName: Name.nullish(),
    previousLastName: Name.nullish(),
    nameChangeReason: z.enum(['1', '2']).nullish(),
    postalCode: z.string().max(20).nullish(),
  }),
})
const PortraitAnswer = z.object({ image: z.base64().max(500_000) })
const MAX_PORTRAIT_BYTES = 700_000

/** The Civil Registry over the GSB. Names of parameters and members, and the meaning of its codes, are
 *  assumptions: the service's own documents are not public. */
export function civilGsb(
  needs: GuardNeeds,
  settings: z.infer<typeof CivilGsbSettings>,
): CivilRegistry {
  const bus = gsb({ registry: 'civil', verifier: 'civil-gsb/1' }, needs, settings)
  const parametersOf = (nationalCode: string, birthDate: string) => ({
    nationalCode,
    birthDate: compactJalali(birthDate),
  })
  return {
    lookUp: (nationalId, birthDate) =>
      bus.ask({
        service: settings.service,
        parameters: parametersOf(nationalId, birthDate),
        read: (said) => recordOf(said, birthDate),
      }),
    portrait: (nationalId, birthDate) =>
      bus.ask({
        service: settings.portraitService,
        parameters: parametersOf(nationalId, birthDate),
        read: portraitOf,
        maxBytes: MAX_PORTRAIT_BYTES,
        isKept: false,
      }),
  }
}

/** The record of the person who was asked about, and of nobody else. */
function recordOf(said: unknown, asked: string): CivilRecord | undefined {
  const { data } = Answer.safeParse(said)
  const birthDate = fromCompactJalali(data?.record.birthDate ?? '')
  if (data === undefined || birthDate !== asked) return undefined
  const { firstName, lastName, fatherName, gender, deathStatus, postalCode } = data.record
  return {
    givenName: firstName,
    familyName: lastName,
    ...(fatherName ? { fatherName } : {}),
    ...(gender ? { gender: gender === '1' ? ('male' as const) : ('female' as const) } : {}),
    birthDate,
    isAlive: deathStatus === '0',
    ...formerOf(data.record),
    postCode: parsePostCode(postalCode ?? ''),
  }
}

function formerOf({
  previousFirstName,
  previousLastName,
  nameChangeReason,
}: z.infer<typeof Answer>['record']): Pick<CivilRecord, 'former'> {
  if (!nameChangeReason || (!previousFirstName && !previousLastName)) return {}
  return {
    former: {
      ...(previousFirstName ? { givenName: previousFirstName } : {}),
      ...(previousLastName ? { familyName: previousLastName } : {}),
      reason: nameChangeReason === '2' ? 'maiden' : 'change',
    },
  }
}

function portraitOf(said: unknown): Portrait | undefined {
  const { data } = PortraitAnswer.safeParse(said)
  const body = new Uint8Array(Buffer.from(data?.image ?? '', 'base64'))
  const type = pictureType(body)
  return type === 'image/jpeg' || type === 'image/png' ? { type, body } : undefined
}
