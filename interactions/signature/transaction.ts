import { z } from 'zod'
import type { StoredDocument } from '../../src/ports/document-store.ts'
import type { SignatureRequest } from '../../src/ports/signature-request-store.ts'
import { stopped, type Detail, type Given, type MadeAct, type Preparation } from './act.ts'
import { aboutOf } from './events.ts'
import { hexHash, urlHash } from './hash.ts'
import { kept } from './keep.ts'
import type { SignatureNeeds } from './needs.ts'
import type { SignaturePolicy } from './policy.ts'
import { prepareText, TEXT_FORMATS, type PreparedText } from './text-act.ts'
import { thingsFact } from './things.ts'

const Transaction = z.looseObject({
  text: z.string(),
  ref: z.string().optional(),
  format: z.enum(TEXT_FORMATS).default('JAdES'),
})

/** A text that a service asks to be signed. The signature is kept as a finished request of that service with one
 *  document, so that the service, and nobody else, fetches it where it fetches its documents. */
export function transactions(ports: SignatureNeeds, { keepDays }: SignaturePolicy) {
  const { clock, documents, signatureRequests, signing } = ports

  async function prepare(given: Given, detail: Detail): Promise<Preparation> {
    const { text, format, ref = '' } = Transaction.parse(detail)
    const { credential, at } = given
    const prepared = prepareText(signing.timestamps, { text, format, credential, at })
    if (prepared === undefined) return stopped('text_unfit')
    const { content, toBeSigned } = prepared
    const item = { name: ref, sha256: hexHash(content), size: content.length }
    return {
      kind: 'prepared',
      act: {
        what: 'transaction',
        items: [item],
        text: content.toString('utf8'),
        hashes: [urlHash(toBeSigned)],
        make: async ({ sign }) => made(given, detail, prepared, await sign(toBeSigned)),
        close: async () => undefined,
      },
    }
  }

  async function made(
    given: Given,
    detail: Detail,
    prepared: PreparedText,
    signature: Uint8Array,
  ): Promise<MadeAct> {
    const finished = await prepared.finish(signature)
    const stored = await kept(documents, finished, { now: clock.now(), days: keepDays })
    const { id } = stored
    const transactionHash = urlHash(prepared.content)
    return {
      facts: {
        transaction_hash: transactionHash,
        signature: id,
        ...thingsFact([{ name: nameOf(detail), sha256: hexHash(prepared.content) }]),
      },
      detail: { ...detail, transaction_hash: transactionHash, signature: id },
      async commit() {
        await signatureRequests.add(requestOf(given, detail, prepared, stored), [
          {
            type: 'signature.made',
            ...aboutOf(given.visit, clock),
            detail: { what: 'transaction' },
          },
        ])
        return true
      },
      undo: () => documents.remove(id),
    }
  }

  function requestOf(
    { visit, subjectId }: Given,
    detail: Detail,
    { content, fileName, mediaType: type }: PreparedText,
    { id, size, sha256 }: StoredDocument,
  ): Omit<SignatureRequest, 'version'> {
    const now = clock.now()
    return {
      id,
      clientId: visit.clientId,
      state: 'signed',
      documents: [{ id, name: fileName, type, size, sha256, uploadedSha256: hexHash(content) }],
      signers: [{ subjectId, signedAt: now, signatures: [id] }],
      profile: 'B-T',
      purpose: nameOf(detail),
      createdAt: now,
      expiresAt: now + keepDays * 86_400_000,
    }
  }

  return prepare
}

/** As the service calls the text. */
const nameOf = ({ ref }: Detail): string => (typeof ref === 'string' ? ref : '')
