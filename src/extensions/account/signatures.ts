import type { Evidence } from '../../ports/evidence-store.ts'
import type { Locale } from '../../identity/locale.ts'
import { nameOf } from './client-name.ts'
import type { AccountPorts } from './needs.ts'
import { keptThings, partsOf, textOf, type Facts, type SignedThing } from './signed-things.ts'

export interface OwnSignature {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** For which service. */
  readonly client: string
  readonly things: readonly SignedThing[]
}

const MOST = 50

/** What was signed with a person's keys: the newest fifty acts, newest first. */
export async function signaturesOf(
  ports: Pick<AccountPorts, 'activations' | 'clients' | 'evidence' | 'signatureRequests'>,
  subjectId: string,
  locale: Locale,
): Promise<readonly OwnSignature[]> {
  const newest = { method: 'signature', most: MOST }
  const known = await ports.evidence.ofSubject(subjectId, newest)
  const acts = known.filter(({ detail }) => textOf(detail, 'credential'))
  return Promise.all(acts.map((act) => signatureOf(act)))

  async function signatureOf({ provedAt, detail }: Evidence): Promise<OwnSignature> {
    const things = await Promise.all(
      partsOf(detail).map(async (part) => keptThings(part) ?? (await thingsIn(part, detail))),
    )
    return { at: provedAt, client: await serviceOf(detail), things: things.flat() }
  }

  /** As it was called then, also when it is gone or has another name today. */
  async function serviceOf(facts: Facts): Promise<string> {
    const kept = textOf(facts, `client_name_${locale}`)
    if (kept !== '') return kept
    const activation = await ports.activations.find(textOf(facts, 'activation'))
    const client = activation && (await ports.clients.find(activation.clientId))
    return nameOf(client, locale) || (activation?.clientId ?? '')
  }

  /** What has no names of a service's, and evidence of before names were kept with it. */
  async function thingsIn(part: Facts, whole: Facts): Promise<readonly SignedThing[]> {
    const request = textOf(part, 'request')
    if (request !== '') return documentsOf(request)
    const hash = textOf(part, 'transaction_hash')
    if (hash !== '') {
      const kept = await ports.signatureRequests.find(textOf(part, 'signature'))
      const sha256 = Buffer.from(hash, 'base64url').toString('hex')
      return [{ what: 'transaction', name: kept?.purpose ?? '', sha256 }]
    }
    const declared = textOf(part, 'declaration_sha256')
    if (declared !== '') return [{ what: 'declaration', name: '', sha256: declared }]
    const terms = textOf(part, 'terms_sha256')
    if (terms !== '') return [{ what: 'terms', name: '', sha256: terms }]
    if (part['activated_hashes'] === undefined) return []
    const activation = await ports.activations.find(textOf(whole, 'activation'))
    return (activation?.text ?? '').split('\n').map((name) => ({ what: 'hashes', name }))
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
