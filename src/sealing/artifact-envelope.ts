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
  return JSON.parse(openArtifactText(secrets, model, idHash, sealed)) as ArtifactPayload
}

/** JSON, for who parses it more than once: what is parsed is written into by oidc-provider. */
export function openArtifactText(
  secrets: SecretBox,
  model: string,
  idHash: string,
  sealed: string,
): string {
  return secrets.open(sealed, contextOf(model, idHash))
}

const contextOf = (model: string, idHash: string) => `artifact:${model}:${idHash}`

export interface SharedReads<Value> {
  read(key: string): Promise<Value>
  /** After a change: whoever reads now must not be given what was asked for before. */
  forget(key: string): void
}

/** Identical reads under way share one answer: introspection looks for one id under three models in the
 *  same turn. */
export function shared<Value>(read: (key: string) => Promise<Value>): SharedReads<Value> {
  const underWay = new Map<string, Promise<Value>>()
  return {
    read(key) {
      const found = underWay.get(key)
      if (found) return found
      const reading = read(key).finally(() => {
        if (underWay.get(key) === reading) underWay.delete(key)
      })
      underWay.set(key, reading)
      return reading
    },
    forget: (key) => void underWay.delete(key),
  }
}

export function text(payload: ArtifactPayload, name: string): string | undefined {
  const value = payload[name]
  return typeof value === 'string' ? value : undefined
}
