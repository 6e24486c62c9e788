import { z } from 'zod'
import { PERSONAS, type PersonaInput } from '../registries/personas.ts'
import type { CardData } from './print-card.ts'

/** Sample people of the registries who would have a national card. */
export const HOLDERS: readonly PersonaInput[] = PERSONAS.filter(({ nationalId }) => nationalId)

export const Order = z.object({
  person: z.enum(HOLDERS.map(({ id }) => id)),
  state: z.enum(['valid', 'expired']).default('valid'),
  digits: z.enum(['persian', 'latin']).default('persian'),
})
export type Order = z.infer<typeof Order>

/** Solar Hijri. */
const EXPIRES = { valid: '1412/07/30', expired: '1399/07/30' } as const

export function cardOf({
  person,
  state,
  digits,
}: Order): CardData & { gender: PersonaInput['gender'] } {
  const holder = HOLDERS.find(({ id }) => id === person)
  if (holder?.nationalId === undefined) throw new Error(`${person} has no card`)
  return {
    nationalId: holder.nationalId,
    givenName: holder.givenName,
    familyName: holder.familyName,
    fatherName: holder.fatherName ?? 'نمونه',
    birthDate: holder.birthDate.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1/$2/$3'),
    expiresAt: EXPIRES[state],
    digits,
    gender: holder.gender,
  }
}
