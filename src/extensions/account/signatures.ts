import type { ClientMetadata } from '../../ports/client-store.ts'
import type { Evidence } from '../../ports/evidence-store.ts'
import type { Locale } from '../../identity/locale.ts'
import type { AccountPorts } from './needs.ts'

/** One thing that was signed in an act. */
export interface SignedThing {
  readonly what: 'documents' | 'transaction' | 'declaration' | 'hashes' | 'terms'
  /** As the service called it; empty when it had no name. */
  readonly name: string
  /** Hex, SHA-256 of what was signed as it came. */
  readonly sha256?: string
}

export interface OwnSignature {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** For which service. */
  readonly client: string
  readonly things: readonly SignedThing[]
}

const MOST = 50
type Detail = Evidence['detail']

/** What was signed with a person's keys: the newest fifty acts, newest first. */
export async function signaturesOf(
  ports: Pick<AccountPorts, 'activations' | 'clients' | 'evidence' | 'signatureRequests'>,
  subjectId: string,
  locale: Locale,
): Promise<readonly OwnSignature[]> {
  const known = await ports.evidence.ofSubject(subjectId)
  const acts = known.filter(
    ({ method, detail }) => method === 'signature' && text(detail, 'credential'),
  )
  return Promise.all(acts.slice(0, MOST).map((act) => signatureOf(act)))

  async function signatureOf({ provedAt, detail }: Evidence): Promise<OwnSignature> {
    const activation = await ports.activations.find(text(detail, 'activation'))
    const client = activation && (await ports.clients.find(activation.clientId))
    const parts = partsOf(detail)
    const things = await Promise.all(parts.map((part) => thingsIn(part, activation?.text ?? '')))
    return {
      at: provedAt,
      client: nameOf(client, locale) || (activation?.clientId ?? ''),
      things: things.flat(),
    }
  }

  async function thingsIn(part: Detail, shown: string): Promise<readonly SignedThing[]> {
    const request = text(part, 'request')
    if (request !== '') return documentsOf(request)
    const hash = text(part, 'transaction_hash')
    if (hash !== '') {
      const kept = await ports.signatureRequests.find(text(part, 'signature'))
      const sha256 = Buffer.from(hash, 'base64url').toString('hex')
      return [{ what: 'transaction', name: kept?.purpose ?? '', sha256 }]
    }
    const declared = text(part, 'declaration_sha256')
    if (declared !== '') return [{ what: 'declaration', name: '', sha256: declared }]
    const terms = text(part, 'terms_sha256')
    if (terms !== '') return [{ what: 'terms', name: '', sha256: terms }]
    if (part['activated_hashes'] === undefined) return []
    return shown.split('\n').map((name) => ({ what: 'hashes', name }))
  }

  /** By the name that the service gave them; they may be gone by now. */
  async function documentsOf(id: string): Promise<readonly SignedThing[]> {
    const found = await ports.signatureRequests.find(id)
    if (found === undefined) return [{ what: 'documents', name: '' }]
    return found.documents.map(({ name, uploadedSha256: sha256 }) => ({
      ...{ what: 'documents', name, sha256 },
    }))
  }
}

/** Facts of the second part of an act on have its number before their names. */
function partsOf(detail: Detail): readonly Detail[] {
  const parts = new Map<string, Record<string, string | number | boolean>>()
  for (const [name, value] of Object.entries(detail)) {
    const [, number = '1', own = name] = /^(\d{1,2})_(.+)$/.exec(name) ?? []
    parts.set(number, { ...parts.get(number), [own]: value })
  }
  return [...parts.values()]
}

function text(detail: Detail, name: string): string {
  const value = detail[name]
  return typeof value === 'string' ? value : ''
}

/** RFC 7591 section 2.2. */
function nameOf(client: ClientMetadata | undefined, locale: Locale): string {
  const names = [client?.[`client_name#${locale}`], client?.['client_name']]
  return names.find((one): one is string => typeof one === 'string') ?? ''
}
