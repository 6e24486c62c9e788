import type { Identifier, IdentifierType } from '../../src/ports/identifier.ts'
import type { SecretBox } from '../../src/ports/secret-box.ts'

export interface IdentifierKey {
  readonly type: IdentifierType
  readonly issuer: string | null
  readonly valueHash: string
}

/** By what an identifier is looked up: a keyed fingerprint, never the value. */
export function identifierKey(secrets: SecretBox, identifier: Identifier): IdentifierKey {
  const { type, value, issuer } = identifier
  const named = issuer === undefined ? value : JSON.stringify([issuer, value])
  const valueHash = secrets.fingerprint(named, `identifier:${type}`)
  return { type, issuer: issuer ?? null, valueHash }
}

/** Binds a sealed value to its row and column. */
export function identifierContext(subjectId: string, valueHash: string): string {
  return `subject_identifiers.value_sealed:${subjectId}:${valueHash}`
}
