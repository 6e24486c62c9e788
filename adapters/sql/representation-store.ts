import type { Knex } from 'knex'
import type { ServiceEvent } from '../../src/ports/event-sink.ts'
import type { Mandate } from '../../src/ports/legal-entity-registry.ts'
import type { Random } from '../../src/ports/random.ts'
import type { RepresentationStore } from '../../src/ports/representation-store.ts'
import type { SecretBox } from '../../src/ports/secret-box.ts'
import { eventList, insertEvents } from './event-rows.ts'
import { addIdentifier, holderOf } from './identifier-rows.ts'
import { again, rows } from './rows.ts'
import { insertSubject, setPersonType } from './subject-rows.ts'

interface Needs {
  readonly knex: Knex
  readonly secrets: SecretBox
  readonly random: Random
}

interface RepresentationRow {
  readonly subject_id: string
  readonly entity_id: string | null
  readonly mandate_sealed: string | null
  readonly chosen_at: string | number
  readonly checked_at: string | number
}

const contextOf = (grantId: string) => `representations.mandate_sealed:${grantId}`

export function representationStore({ knex, secrets, random }: Needs): RepresentationStore {
  /** An entity is a subject of its own from the first time that somebody acts for it. */
  async function entityOf(trx: Knex, { entity }: Mandate, now: number): Promise<string> {
    const identifier = { type: 'legal_id', value: entity.legalId } as const
    const known = await holderOf(trx, secrets, identifier)
    if (known) return known.subjectId
    const id = random.uuid()
    await insertSubject(trx, id, now)
    await setPersonType(trx, id, entity.kind)
    await addIdentifier(trx, secrets, { subjectId: id, provedAt: now }, identifier)
    const created = { type: 'subject.created', at: now, subjectId: id } as const
    await record(trx, [created])
    return id
  }

  async function record(trx: Knex, events: readonly ServiceEvent[]): Promise<void> {
    if (events.length > 0) await rows(trx, insertEvents(), [eventList(events)])
  }

  return {
    choose: ({ grantId, subjectId, mandate, chosenAt, checkedAt }, events) =>
      again(() =>
        knex.transaction(async (trx) => {
          const entityId = mandate && (await entityOf(trx, mandate, chosenAt))
          const sealed = mandate && secrets.seal(JSON.stringify(mandate), contextOf(grantId))
          await rows(
            trx,
            `INSERT INTO representations
               (grant_id, subject_id, entity_id, mandate_sealed, chosen_at, checked_at)
             VALUES (?, ?, ?, ?, ?, ?)
             ON CONFLICT (grant_id) DO UPDATE SET subject_id = excluded.subject_id,
               entity_id = excluded.entity_id, mandate_sealed = excluded.mandate_sealed,
               chosen_at = excluded.chosen_at, checked_at = excluded.checked_at`,
            [grantId, subjectId, entityId ?? null, sealed ?? null, chosenAt, checkedAt],
          )
          const detail = entityId === undefined ? {} : { detail: { entity: entityId } }
          await record(
            trx,
            events.map((event) => ({ subjectId, ...event, ...detail })),
          )
          return { grantId, subjectId, mandate, entityId, chosenAt, checkedAt }
        }),
      ),
    async ofGrant(grantId) {
      const [row] = await rows<RepresentationRow>(
        knex,
        `SELECT subject_id, entity_id, mandate_sealed, chosen_at, checked_at
         FROM representations WHERE grant_id = ?`,
        [grantId],
      )
      if (row === undefined) return undefined
      const { mandate_sealed: sealed, entity_id: entityId } = row
      const mandate = sealed && (JSON.parse(secrets.open(sealed, contextOf(grantId))) as Mandate)
      return {
        grantId,
        subjectId: row.subject_id,
        chosenAt: Number(row.chosen_at),
        checkedAt: Number(row.checked_at),
        ...(mandate ? { mandate } : {}),
        ...(entityId === null ? {} : { entityId }),
      }
    },
    async checked(grantId, at) {
      await rows(knex, 'UPDATE representations SET checked_at = ? WHERE grant_id = ?', [
        at,
        grantId,
      ])
    },
    async end(grantId, events) {
      await knex.transaction(async (trx) => {
        await rows(trx, 'DELETE FROM representations WHERE grant_id = ?', [grantId])
        await record(trx, events)
      })
    },
  }
}
