import type { Knex } from 'knex'
import type { IdentifierType } from '../../src/ports/identifier.ts'
import type { SecretBox } from '../../src/ports/secret-box.ts'
import type {
  PersonType,
  Subject,
  SubjectStatus,
  SubjectStore,
} from '../../src/ports/subject-store.ts'
import { identifierContext, identifierKey } from './identifier-key.ts'
import { rows } from './rows.ts'

interface SubjectRow {
  id: string
  person_type: PersonType | null
  status: SubjectStatus
  created_at: string | number
}

interface IdentifierRow {
  type: IdentifierType
  issuer: string | null
  value_hash: string
  value_sealed: string
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export function subjectStore({ knex, secrets }: { knex: Knex; secrets: SecretBox }): SubjectStore {
  return {
    async find(id) {
      // Whatever an outsider calls a subject: the column would refuse it with an error.
      if (!UUID.test(id)) return undefined
      const [row] = await rows<SubjectRow>(
        knex,
        'SELECT id, person_type, status, created_at FROM subjects WHERE id = ?',
        [id],
      )
      return row && subjectOf(row)
    },
    async findByIdentifier(identifier) {
      const { type, valueHash } = identifierKey(secrets, identifier)
      const [row] = await rows<SubjectRow>(
        knex,
        `SELECT s.id, s.person_type, s.status, s.created_at
         FROM subject_identifiers i JOIN subjects s ON s.id = i.subject_id
         WHERE i.type = ? AND i.value_hash = ? AND i.retired_at IS NULL`,
        [type, valueHash],
      )
      return row && subjectOf(row)
    },
    async identifiers(subjectId) {
      const found = await rows<IdentifierRow>(
        knex,
        `SELECT type, issuer, value_hash, value_sealed FROM subject_identifiers
         WHERE subject_id = ? AND retired_at IS NULL ORDER BY proved_at, type`,
        [subjectId],
      )
      return found.map(({ type, issuer, value_hash, value_sealed }) => ({
        type,
        value: secrets.open(value_sealed, identifierContext(subjectId, value_hash)),
        ...(issuer === null ? {} : { issuer }),
      }))
    },
  }
}

function subjectOf({ id, person_type, status, created_at }: SubjectRow): Subject {
  const createdAt = Number(created_at)
  return { id, status, createdAt, ...(person_type === null ? {} : { personType: person_type }) }
}
