import type { Knex } from 'knex'
import type { Clock } from '../../src/ports/clock.ts'
import type { Evidence, EvidenceStore, NewProof } from '../../src/ports/evidence-store.ts'
import type { ServiceEvent } from '../../src/ports/event-sink.ts'
import type { Identifier } from '../../src/ports/identifier.ts'
import type { Random } from '../../src/ports/random.ts'
import type { SecretBox } from '../../src/ports/secret-box.ts'
import { PanjerehError } from '../../src/errors.ts'
import { eventList, insertEvents } from './event-rows.ts'
import { identifierContext, identifierKey } from './identifier-key.ts'
import { isDuplicate, rows } from './rows.ts'

interface Needs {
  readonly knex: Knex
  readonly secrets: SecretBox
  readonly clock: Clock
  readonly random: Random
}

interface Named {
  readonly subjectId: string
  readonly isNewSubject: boolean
  readonly events: readonly ServiceEvent[]
}

interface EvidenceRow {
  readonly id: string
  readonly rank: number
  readonly method: string
  readonly amr: string[]
  readonly proved_at: string | number
  readonly verifier: string
  readonly detail_sealed: string
}

/** Two sign-ups of one number at once: the loser reads what the winner wrote. */
const TRIES = 5

export function evidenceStore({ knex, secrets, clock, random }: Needs): EvidenceStore {
  async function keepOnce(proof: NewProof) {
    return knex.transaction(async (trx) => {
      const named = await nameOf(trx, proof)
      const { subjectId, isNewSubject } = named
      const evidenceIds = await insertEvidence(trx, subjectId, proof.evidence)
      const told = [...named.events, ...proof.events].map((event) => ({ subjectId, ...event }))
      if (told.length > 0) await rows(trx, insertEvents(), [eventList(told)])
      return { subjectId, isNewSubject, evidenceIds }
    })
  }

  async function nameOf(trx: Knex, proof: NewProof): Promise<Named> {
    if (proof.identifier && proof.subjectId) {
      throw new PanjerehError('state_conflict', 'a proof names its person once')
    }
    if (proof.identifier) return identified(trx, proof.identifier, proof.recycledAfter)
    if (proof.subjectId) return { subjectId: proof.subjectId, isNewSubject: false, events: [] }
    throw new PanjerehError('state_conflict', 'a proof of nobody')
  }

  async function identified(
    trx: Knex,
    identifier: Identifier,
    recycledAfter = Number.POSITIVE_INFINITY,
  ): Promise<Named> {
    const { type, valueHash } = identifierKey(secrets, identifier)
    const now = clock.now()
    const [found] = await rows<{ subject_id: string; proved_at: string | number }>(
      trx,
      `SELECT subject_id, proved_at FROM subject_identifiers
       WHERE type = ? AND value_hash = ? AND retired_at IS NULL FOR UPDATE`,
      [type, valueHash],
    )
    if (found === undefined) return newSubject(trx, identifier, [])
    const inForce = 'type = ? AND value_hash = ? AND retired_at IS NULL'
    if (now - Number(found.proved_at) > recycledAfter) {
      await rows(trx, `UPDATE subject_identifiers SET retired_at = ? WHERE ${inForce}`, [
        now,
        type,
        valueHash,
      ])
      const retired = {
        type: 'identifier.retired' as const,
        at: now,
        subjectId: found.subject_id,
        detail: { type },
      }
      return newSubject(trx, identifier, [retired])
    }
    await rows(trx, `UPDATE subject_identifiers SET proved_at = ? WHERE ${inForce}`, [
      now,
      type,
      valueHash,
    ])
    return { subjectId: found.subject_id, isNewSubject: false, events: [] }
  }

  async function newSubject(
    trx: Knex,
    identifier: Identifier,
    events: readonly ServiceEvent[],
  ): Promise<Named> {
    const { type, issuer, valueHash } = identifierKey(secrets, identifier)
    const [subjectId, now] = [random.uuid(), clock.now()]
    const sealed = secrets.seal(identifier.value, identifierContext(subjectId, valueHash))
    await rows(trx, 'INSERT INTO subjects (id, created_at, seen_at) VALUES (?, ?, ?)', [
      subjectId,
      now,
      now,
    ])
    await rows(
      trx,
      `INSERT INTO subject_identifiers
         (subject_id, type, issuer, value_hash, value_sealed, proved_at)
       VALUES (?, ?, ?, ?, ?, ?)`,
      [subjectId, type, issuer, valueHash, sealed, now],
    )
    const created = { type: 'subject.created' as const, at: now }
    return { subjectId, isNewSubject: true, events: [...events, created] }
  }

  async function insertEvidence(trx: Knex, subjectId: string, evidence: readonly Evidence[]) {
    if (evidence.length === 0) return []
    const list = evidence.map((one) => {
      const id = random.uuid()
      const sealed = secrets.seal(JSON.stringify(one.detail), contextOf(subjectId, id))
      const { rank, method, amr, verifier } = one
      return { id, rank, method, amr, proved_at: one.provedAt, verifier, detail_sealed: sealed }
    })
    await rows(
      trx,
      `INSERT INTO evidence (id, subject_id, rank, method, amr, proved_at, verifier, detail_sealed)
       SELECT e.id, ?::uuid, e.rank, e.method, e.amr, e.proved_at, e.verifier, e.detail_sealed
       FROM jsonb_to_recordset(?::jsonb) AS e (id uuid, rank smallint, method text, amr jsonb,
         proved_at bigint, verifier text, detail_sealed text)`,
      [subjectId, JSON.stringify(list)],
    )
    return list.map(({ id }) => id)
  }

  const contextOf = (subjectId: string, id: string) => `evidence.detail_sealed:${subjectId}:${id}`

  return {
    async keep(proof) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await keepOnce(proof)
        } catch (error) {
          if (!isDuplicate(error) || attempt === TRIES) throw error
        }
      }
    },

    async ofSubject(subjectId) {
      const found = await rows<EvidenceRow>(
        knex,
        `SELECT id, rank, method, amr, proved_at, verifier, detail_sealed FROM evidence
         WHERE subject_id = ? ORDER BY proved_at DESC, id`,
        [subjectId],
      )
      return found.map((row) => ({
        rank: row.rank,
        method: row.method,
        amr: row.amr,
        provedAt: Number(row.proved_at),
        verifier: row.verifier,
        detail: JSON.parse(
          secrets.open(row.detail_sealed, contextOf(subjectId, row.id)),
        ) as Evidence['detail'],
      }))
    },
  }
}
