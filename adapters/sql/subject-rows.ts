import type { Knex } from 'knex'
import type { PersonType } from '../../src/ports/subject-store.ts'
import { rows } from './rows.ts'

export async function insertSubject(trx: Knex, id: string, now: number): Promise<void> {
  await rows(trx, 'INSERT INTO subjects (id, created_at, seen_at) VALUES (?, ?, ?)', [id, now, now])
}

export async function setPersonType(trx: Knex, id: string, personType: PersonType): Promise<void> {
  await rows(trx, 'UPDATE subjects SET person_type = ? WHERE id = ?', [personType, id])
}

/** A subject that turned out to be a person who has an account already. */
export async function closeInto(trx: Knex, id: string, target: string): Promise<void> {
  await rows(trx, "UPDATE subjects SET status = 'closed', joined_into = ? WHERE id = ?", [
    target,
    id,
  ])
}

/** How many there were. */
export async function removeAuthenticators(trx: Knex, subjectId: string): Promise<number> {
  const removed = await rows(
    trx,
    'DELETE FROM authenticators WHERE subject_id = ? RETURNING credential_id',
    [subjectId],
  )
  return removed.length
}

/** Two who prove something of one subject come one after the other. False when it is not active. */
export async function lockSubject(trx: Knex, id: string): Promise<boolean> {
  const [row] = await rows<{ status: string }>(
    trx,
    'SELECT status FROM subjects WHERE id = ? FOR UPDATE',
    [id],
  )
  return row?.status === 'active'
}
