import type { Knex } from 'knex'
import { PanjerehError } from '../../src/errors.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type {
  Evidence,
  EvidenceStore,
  KeptProof,
  NewProof,
} from '../../src/ports/evidence-store.ts'
import type { ServiceEvent } from '../../src/ports/event-sink.ts'
import type { Identifier } from '../../src/ports/identifier.ts'
import type { Random } from '../../src/ports/random.ts'
import type { SecretBox } from '../../src/ports/secret-box.ts'
import { eventList, insertEvents } from './event-rows.ts'
import { identifierContext, identifierKey } from './identifier-key.ts'
import type { IdentifierKey } from './identifier-key.ts'
import { rows } from './rows.ts'

interface Needs {
  readonly knex: Knex
  readonly secrets: SecretBox
  readonly clock: Clock
  readonly random: Random
}

interface EvidenceRow {
  id: string
  rank: number
  method: string
  amr: string[]
  proved_at: string | number
  verifier: string
  detail_sealed: string
}

interface Holder {
  subject_id: string
  proved_at: string | number
}

/** How one proof is written for one subject: `gate` is a statement that yields a row when the proof
 *  may be kept, and none when another process was faster. */
interface Writing {
  readonly subjectId: string
  readonly gate: string
  readonly bindings: readonly (string | number | null)[]
  readonly events: readonly ServiceEvent[]
}

/** Two processes can only be in each other's way once or twice; more is a bug. */
const MOST_ATTEMPTS = 5

const KNOWN_SUBJECT = `
  who AS (UPDATE subjects SET seen_at = greatest(seen_at, ?) WHERE id = ? RETURNING id)`

const KNOWN_IDENTIFIER = `
  held AS (
    UPDATE subject_identifiers SET proved_at = greatest(proved_at, ?), value_sealed = ?
    WHERE type = ? AND value_hash = ? AND subject_id = ? AND retired_at IS NULL
    RETURNING subject_id),
  who AS (
    UPDATE subjects SET seen_at = greatest(seen_at, ?)
    WHERE id IN (SELECT subject_id FROM held) RETURNING id)`

const NEW_IDENTIFIER = `
  made AS (
    INSERT INTO subject_identifiers
      (proved_at, value_sealed, type, value_hash, subject_id, issuer)
    VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (type, value_hash) WHERE retired_at IS NULL DO NOTHING RETURNING subject_id),`

const NEW_SUBJECT = `${NEW_IDENTIFIER}
  who AS (
    INSERT INTO subjects (id, created_at, seen_at)
    SELECT subject_id, ?::bigint, ?::bigint FROM made RETURNING id)`

const ATTACHED = `${NEW_IDENTIFIER}
  who AS (
    UPDATE subjects SET seen_at = greatest(seen_at, ?)
    WHERE id IN (SELECT subject_id FROM made) RETURNING id)`

export function evidenceStore({ knex, secrets, clock, random }: Needs): EvidenceStore {
  /** One statement is one transaction: the gate, the evidence and the events stand or fall together. */
  async function write(on: Knex, proof: NewProof, how: Writing): Promise<readonly string[] | null> {
    const { subjectId, gate, bindings } = how
    const evidence = proof.evidence.map((one) => evidenceRow(secrets, random, subjectId, one))
    const events = [...how.events, ...proof.events].map((event) => ({
      ...event,
      subjectId: event.subjectId ?? subjectId,
    }))
    const written = await rows(
      on,
      `WITH ${gate}, kept AS (
         INSERT INTO evidence (id, subject_id, rank, method, amr, proved_at, verifier, detail_sealed)
         SELECT e.id, who.id, e.rank, e.method, e.amr, e.proved_at, e.verifier, e.detail_sealed
         FROM who CROSS JOIN jsonb_to_recordset(?::jsonb) AS e (
           id uuid, rank smallint, method text, amr jsonb, proved_at bigint, verifier text,
           detail_sealed text)
       ), logged AS (${insertEvents('who')})
       SELECT id FROM who`,
      [...bindings, JSON.stringify(evidence), eventList(events)],
    )
    return written.length === 1 ? evidence.map(({ id }) => id) : null
  }

  /** What an identifier's three columns of proof are, for a subject. */
  function proofOf(subjectId: string, key: IdentifierKey, { value }: Identifier) {
    const sealed = secrets.seal(value, identifierContext(subjectId, key.valueHash))
    return [clock.now(), sealed, key.type, key.valueHash, subjectId] as const
  }

  async function keepForSubject(proof: NewProof, subjectId: string): Promise<KeptProof> {
    const how = { subjectId, gate: KNOWN_SUBJECT, bindings: [clock.now(), subjectId], events: [] }
    const evidenceIds = await write(knex, proof, how)
    if (!evidenceIds) throw new PanjerehError('state_conflict', 'there is no such subject')
    return { subjectId, evidenceIds, isNewSubject: false }
  }

  /** Undefined when another process changed the identifier meanwhile. */
  async function attempt(proof: NewProof, identifier: Identifier): Promise<KeptProof | undefined> {
    const key = identifierKey(secrets, identifier)
    const holder = await holderOf(knex, key)
    if (!holder) return begin(knex, proof, identifier, [])
    const isPinned = proof.subjectId === holder.subject_id
    if (!isPinned && isRecycled(proof, holder, clock.now()))
      return recycle(proof, identifier, holder)
    if (proof.subjectId !== undefined && !isPinned) {
      throw new PanjerehError('state_conflict', 'the identifier is another subject’s')
    }
    const subjectId = holder.subject_id
    const bindings = [...proofOf(subjectId, key, identifier), clock.now()]
    const how = { subjectId, gate: KNOWN_IDENTIFIER, bindings, events: [] }
    const evidenceIds = await write(knex, proof, how)
    return evidenceIds ? { subjectId, evidenceIds, isNewSubject: false } : undefined
  }

  /** An identifier that nobody holds: attached to the subject of the proof, or to a new one. */
  async function begin(
    on: Knex,
    proof: NewProof,
    identifier: Identifier,
    before: readonly ServiceEvent[],
  ): Promise<KeptProof | undefined> {
    const isNewSubject = proof.subjectId === undefined
    const subjectId = proof.subjectId ?? random.uuid()
    const key = identifierKey(secrets, identifier)
    const now = clock.now()
    const made = [...proofOf(subjectId, key, identifier), key.issuer]
    const how = isNewSubject
      ? {
          gate: NEW_SUBJECT,
          bindings: [...made, now, now],
          events: [...before, { ...traceOf(proof), type: 'subject.created' as const, at: now }],
        }
      : { gate: ATTACHED, bindings: [...made, now], events: before }
    const evidenceIds = await write(on, proof, { subjectId, ...how })
    return evidenceIds ? { subjectId, evidenceIds, isNewSubject } : undefined
  }

  async function recycle(
    proof: NewProof,
    identifier: Identifier,
    { subject_id: subjectId, proved_at }: Holder,
  ): Promise<KeptProof | undefined> {
    const { type, valueHash } = identifierKey(secrets, identifier)
    const at = clock.now()
    return knex.transaction(async (transaction) => {
      const retired = await rows(
        transaction,
        `UPDATE subject_identifiers SET retired_at = ?
         WHERE type = ? AND value_hash = ? AND subject_id = ? AND proved_at = ?
           AND retired_at IS NULL RETURNING 1`,
        [at, type, valueHash, subjectId, Number(proved_at)],
      )
      if (retired.length === 0) return undefined
      const event = { ...traceOf(proof), type: 'identifier.retired' as const, at, subjectId }
      return begin(transaction, proof, identifier, [event])
    })
  }

  return {
    async keep(proof) {
      const { identifier, subjectId } = proof
      if (!identifier && subjectId !== undefined) return keepForSubject(proof, subjectId)
      if (!identifier) throw new PanjerehError('state_conflict', 'a proof must name its subject')
      for (let tried = 0; tried < MOST_ATTEMPTS; tried += 1) {
        const kept = await attempt(proof, identifier)
        if (kept) return kept
      }
      throw new PanjerehError('state_conflict', 'the identifier keeps changing hands')
    },
    async ofSubject(subjectId) {
      const found = await rows<EvidenceRow>(
        knex,
        `SELECT id, rank, method, amr, proved_at, verifier, detail_sealed FROM evidence
         WHERE subject_id = ? ORDER BY proved_at DESC, rank DESC`,
        [subjectId],
      )
      return found.map((row) => evidenceOf(secrets, subjectId, row))
    },
  }
}

async function holderOf(knex: Knex, key: IdentifierKey): Promise<Holder | undefined> {
  const [holder] = await rows<Holder>(
    knex,
    `SELECT subject_id, proved_at FROM subject_identifiers
     WHERE type = ? AND value_hash = ? AND retired_at IS NULL`,
    [key.type, key.valueHash],
  )
  return holder
}

function isRecycled({ recycledAfter }: NewProof, holder: Holder, now: number): boolean {
  return recycledAfter !== undefined && now - Number(holder.proved_at) > recycledAfter
}

/** The request that a proof came with, for the events that the store adds. */
function traceOf({ events: [first] }: NewProof): Pick<ServiceEvent, 'clientId' | 'requestId'> {
  return { clientId: first?.clientId, requestId: first?.requestId }
}

function detailContext(subjectId: string, id: string): string {
  return `evidence.detail_sealed:${subjectId}:${id}`
}

function evidenceRow(secrets: SecretBox, random: Random, subjectId: string, evidence: Evidence) {
  const { provedAt, detail, ...rest } = evidence
  const id = random.uuid()
  const detail_sealed = secrets.seal(JSON.stringify(detail), detailContext(subjectId, id))
  return { ...rest, id, proved_at: provedAt, detail_sealed }
}

function evidenceOf(secrets: SecretBox, subjectId: string, row: EvidenceRow): Evidence {
  const { rank, method, amr, verifier } = row
  const detail = secrets.open(row.detail_sealed, detailContext(subjectId, row.id))
  const provedAt = Number(row.proved_at)
  return { rank, method, amr, provedAt, verifier, detail: JSON.parse(detail) as Evidence['detail'] }
}
