import type { Knex } from 'knex'
import type { Clock } from '../../src/ports/clock.ts'
import type {
  Evidence,
  EvidenceFilter,
  EvidenceStore,
  KeptProof,
  NewIdentityProof,
  NewProof,
} from '../../src/ports/evidence-store.ts'
import type { ServiceEvent } from '../../src/ports/event-sink.ts'
import type { Identifier } from '../../src/ports/identifier.ts'
import type { Random } from '../../src/ports/random.ts'
import type { SecretBox } from '../../src/ports/secret-box.ts'
import { PanjerehError } from '../../src/errors.ts'
import { eventList, insertEvents } from './event-rows.ts'
import { addIdentifier, holderOf, renewIdentifier, retireIdentifier } from './identifier-rows.ts'
import { identityBinding, type Bound } from './identity-binding.ts'
import { again, rows } from './rows.ts'
import { insertSubject } from './subject-rows.ts'

const DIRECTIONS = { newest: 'DESC', oldest: 'ASC' } as const

const selectEvidence = (order: EvidenceFilter['order'] = 'newest') =>
  `WITH wanted AS (
     SELECT ?::uuid AS subject_id, ?::int AS rank, ?::text AS method, ?::bigint AS since, ?::int AS most)
   SELECT e.id, e.rank, e.method, e.amr, e.proved_at, e.verifier, e.detail_sealed
   FROM evidence e JOIN wanted w ON e.subject_id = w.subject_id
     AND (w.rank IS NULL OR e.rank = w.rank)
     AND (w.method IS NULL OR e.method = w.method)
     AND (w.since IS NULL OR e.proved_at >= w.since)
   ORDER BY e.proved_at ${DIRECTIONS[order]}, e.id LIMIT (SELECT most FROM wanted)`

interface Needs {
  readonly knex: Knex
  readonly secrets: SecretBox
  readonly clock: Clock
  readonly random: Random
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

export function evidenceStore({ knex, secrets, clock, random }: Needs): EvidenceStore {
  const bind = identityBinding({ secrets, random })

  async function keepOnce(proof: NewProof): Promise<KeptProof> {
    return knex.transaction(async (trx) => write(trx, proof, await nameOf(trx, proof)))
  }

  async function keepIdentityOnce({ identity, ...proof }: NewIdentityProof) {
    return knex.transaction(async (trx) => {
      const bound = await bind(trx, proof.subjectId, identity, clock.now())
      return bound === 'identity_conflict' ? bound : write(trx, proof, bound)
    })
  }

  async function write(trx: Knex, proof: NewProof, named: Bound): Promise<KeptProof> {
    const { subjectId, isNewSubject } = named
    const evidenceIds = await insertEvidence(trx, subjectId, proof.evidence)
    const told = [...named.events, ...proof.events].map((event) => ({ subjectId, ...event }))
    if (told.length > 0) await rows(trx, insertEvents(), [eventList(told)])
    return { subjectId, isNewSubject, evidenceIds }
  }

  async function nameOf(trx: Knex, proof: NewProof): Promise<Bound> {
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
  ): Promise<Bound> {
    const now = clock.now()
    const holder = await holderOf(trx, secrets, identifier)
    if (holder === undefined) return newSubject(trx, identifier, [])
    const { subjectId, provedAt } = holder
    if (now - provedAt > recycledAfter) {
      await retireIdentifier(trx, secrets, identifier, now)
      const detail = { type: identifier.type }
      return newSubject(trx, identifier, [
        { type: 'identifier.retired', at: now, subjectId, detail },
      ])
    }
    await renewIdentifier(trx, secrets, identifier, now)
    return { subjectId, isNewSubject: false, events: [] }
  }

  async function newSubject(
    trx: Knex,
    identifier: Identifier,
    events: readonly ServiceEvent[],
  ): Promise<Bound> {
    const [subjectId, now] = [random.uuid(), clock.now()]
    await insertSubject(trx, subjectId, now)
    await addIdentifier(trx, secrets, { subjectId, provedAt: now }, identifier)
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
    keep: (proof) => again(() => keepOnce(proof)),
    keepIdentity: (proof) => again(() => keepIdentityOnce(proof)),

    async ofSubject(subjectId, which = {}) {
      const found = await rows<EvidenceRow>(
        knex,
        selectEvidence(which.order),
        [subjectId, which.rank, which.method, which.since, which.most].map((one) => one ?? null),
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
