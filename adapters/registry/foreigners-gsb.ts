import { z } from 'zod'
import { compactGregorian, fromCompactGregorian } from '../../src/identity/jalali-date.ts'
import { parseForeignId } from '../../src/identity/foreign-id.ts'
import { shownName } from '../../src/identity/person-name.ts'
import { parseCountry } from '../../src/identity/travel-document.ts'
import type { ForeignerRecord, ForeignersRegistry } from '../../src/ports/foreigners-registry.ts'
import { DocumentCodes, documentCode } from './document-codes.ts'
import { gsb } from './gsb.ts'
import type { GuardNeeds } from './guard.ts'
import { GsbSettings } from './settings.ts'

export const ForeignersGsbSettings = GsbSettings.extend({
  kind: z.literal('foreigners-gsb'),
  service: z.string().default('gsb-foreigners'),
  documentTypes: DocumentCodes.default(() => DocumentCodes.parse({})),
})

const Name = z.string().max(200).transform(shownName)
const Answer = z.object({
  record: z.object({
    firstName: Name.pipe(z.string().min(1)),
    lastName: Name.pipe(z.string().min(1)),
    fatherName: Name.nullish(),
    gender: z.enum(['1', '2']).nullish(),
    birthDate: z.string(),
    nationality: z.string().max(3),
    deathStatus: z.enum(['0', '1']),
    documentExpiry: z.string().max(8).nullish(),
    uniqueCode: z.string().max(20).nullish(),
    uniqueCodeIssuer: z.string().max(20).nullish(),
  }),
})

/** The registry of foreign nationals over the GSB. Its service is not public: names and codes are assumptions. */
export function foreignersGsb(
  needs: GuardNeeds,
  settings: z.infer<typeof ForeignersGsbSettings>,
): ForeignersRegistry {
  const bus = gsb({ registry: 'foreigners', verifier: 'foreigners-gsb/1' }, needs, settings)
  return {
    async lookUp(document, birthDate) {
      const documentType = documentCode(settings.documentTypes, document)
      if (documentType === undefined) return { kind: 'indeterminate', reason: 'not_permitted' }
      return bus.ask({
        service: settings.service,
        parameters: {
          documentType,
          documentNo: document.value,
          issuer: document.type === 'passport' ? (document.issuer ?? '') : '',
          birthDate: compactGregorian(birthDate),
        },
        read: (said) => recordOf(said, birthDate),
      })
    },
  }
}

/** The record of the person who was asked about, and of nobody else. */
function recordOf(said: unknown, asked: string): ForeignerRecord | undefined {
  const { data } = Answer.safeParse(said)
  if (data === undefined) return undefined
  const { record } = data
  const [birthDate, nationality] = [
    fromCompactGregorian(record.birthDate),
    parseCountry(record.nationality),
  ]
  if (birthDate !== asked || nationality === undefined) return undefined
  const validUntil = fromCompactGregorian(record.documentExpiry ?? '')
  // An end that cannot be read is not taken for none.
  if (record.documentExpiry && validUntil === undefined) return undefined
  const uniqueCode = parseForeignId(record.uniqueCode ?? '')
  return {
    givenName: record.firstName,
    familyName: record.lastName,
    ...(record.fatherName ? { fatherName: record.fatherName } : {}),
    ...(record.gender
      ? { gender: record.gender === '1' ? ('male' as const) : ('female' as const) }
      : {}),
    birthDate,
    nationality,
    isAlive: record.deathStatus === '0',
    ...(validUntil ? { validUntil } : {}),
    ...(uniqueCode && record.uniqueCodeIssuer
      ? { uniqueCode: { value: uniqueCode, issuer: record.uniqueCodeIssuer } }
      : {}),
  }
}
