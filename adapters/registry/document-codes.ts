import { z } from 'zod'
import type { Identifier } from '../../src/ports/identifier.ts'

/** How a registry names kinds of documents. `0` for the national ID is what integrators use; the others are
 *  assumptions. */
export const DocumentCodes = z.object({
  national_id: z.string().default('0'),
  passport: z.string().default('1'),
  amayesh: z.string().default('2'),
  refugee_card: z.string().default('3'),
  foreign_id: z.string().default('4'),
})
export type DocumentCodes = z.infer<typeof DocumentCodes>

/** Undefined for what no person is known by. */
export function documentCode(codes: DocumentCodes, { type, issuer }: Identifier) {
  const name = type === 'refugee_document' ? issuer : type
  return Object.entries(codes).find(([known]) => known === name)?.[1]
}
