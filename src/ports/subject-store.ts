import type { Identifier } from './identifier.ts'

/** Known from level 2 on; a subject at level 1 is only the holder of a number. */
export type PersonType = 'natural_ir' | 'legal_ir' | 'natural_foreign' | 'legal_foreign'

export type SubjectStatus = 'active' | 'suspended' | 'closed'

/** The person (or legal person) as the window names it inside: random, never derived from civil data. */
export interface Subject {
  readonly id: string
  readonly personType?: PersonType
  readonly status: SubjectStatus
  readonly createdAt: number
}

export interface SubjectStore {
  find(id: string): Promise<Subject | undefined>
  findByIdentifier(identifier: Identifier): Promise<Subject | undefined>
  /** The identifiers in force, opened. */
  identifiers(subjectId: string): Promise<readonly Identifier[]>
}
