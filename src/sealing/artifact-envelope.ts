import { hash } from 'node:crypto'
import type { ArtifactPayload } from '../ports/artifact-store.ts'
import type { SecretBox } from '../ports/secret-box.ts'

/** What a store keeps instead of a bearer value. The ids have 256 random bits: a plain digest cannot be
 *  reversed by guessing. User codes are short, so `keyOf` is not for them. */
export function digestOf(id: string): string {
  return hash('sha256', id, 'base64url')
}

export function sealArtifact(
  secrets: SecretBox,
  model: string,
  idHash: string,
  payload: ArtifactPayload,
): string {
  return secrets.seal(JSON.stringify(payload), contextOf(model, idHash))
}

export function openArtifact(
  secrets: SecretBox,
  model: string,
  idHash: string,
  sealed: string,
): ArtifactPayload {
  return JSON.parse(secrets.open(sealed, contextOf(model, idHash))) as ArtifactPayload
}

const contextOf = (model: string, idHash: string) => `artifact:${model}:${idHash}`

/** Identical reads under way share one answer: introspection looks for one id under three models in the
 *  same turn. */
export function shared<Value>(
  read: (key: string) => Promise<Value>,
): (key: string) => Promise<Value> {
  const underWay = new Map<string, Promise<Value>>()
  return (key) => {
    const found = underWay.get(key)
    if (found) return found
    const reading = read(key).finally(() => underWay.delete(key))
    underWay.set(key, reading)
    return reading
  }
}

export function text(payload: ArtifactPayload, name: string): string | undefined {
  const value = payload[name]
  return typeof value === 'string' ? value : undefined
}
