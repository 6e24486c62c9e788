import { UpstreamUnavailable } from '../../src/errors.ts'
import { INTENDED_SIGNER } from '../../src/identity/intended-signer.ts'
import type { ServiceEvent } from '../../src/ports/event-sink.ts'
import type {
  RequestedDocument,
  RequestedSigner,
  SignatureRequest,
} from '../../src/ports/signature-request-store.ts'
import { growing } from '../../src/signing/pades/appended.ts'
import type { PreparedSignature } from '../../src/signing/pades/prepare.ts'
import { finishSignature, prepareToSign, type SignedPdf } from '../../src/signing/pades/sign.ts'
import { PdfRefused } from '../../src/signing/pdf/refused.ts'
import { sealPlace } from '../../src/signing/seals/seal-appearance.ts'
import { ownerOf } from '../../src/signing/seals/seal-certificates.ts'
import { sealer } from '../../src/signing/seals/sealer.ts'
import { stopped, type Detail, type Given, type MadeAct, type Preparation } from './act.ts'
import { aboutOf } from './events.ts'
import { urlHash } from './hash.ts'
import type { SignatureNeeds } from './needs.ts'
import { closeAll, openAll, type Open } from './open-documents.ts'
import { shownNameOf } from './person.ts'
import { placeOf, requestIn, shownOf, turnOf, type Turn } from './request.ts'
import { seeded } from './seeded.ts'
import type { ReviewSeal, SignatureStop } from './state.ts'
import { thingsFact } from './things.ts'
import { clientNameOf } from './words.ts'

interface Ready extends Open {
  readonly prepared: PreparedSignature
}

interface Signed {
  readonly document: RequestedDocument
  /** `<document>#<field>`. */
  readonly reference: string
}

/** Documents of a service's request, each signed as the request wants it. The request is saved with the signed ones
 *  at once, in the version that was shown: of two at once one wins. */
export function requestedDocuments(ports: SignatureNeeds) {
  const { clients, clock, documents, identities, random, seals, secrets, signing } = ports
  const { signatureRequests } = ports
  const agencies = sealer(ports)

  async function find(detail: Detail): Promise<SignatureRequest | undefined> {
    const id = requestIn(detail)
    return id === undefined ? undefined : signatureRequests.find(id)
  }

  async function turnIn(
    request: SignatureRequest | undefined,
    { visit, subjectId }: Pick<Given, 'visit' | 'subjectId'>,
  ): Promise<Turn | SignatureStop> {
    const isByNumber = request?.signers.some((one) => one.nationalIdHash !== undefined) ?? false
    const nationalIdHash = isByNumber ? await nationalIdHashOf(subjectId) : undefined
    return turnOf(request, { visit, subjectId, nationalIdHash }, clock.now())
  }

  async function nationalIdHashOf(subjectId: string): Promise<string | undefined> {
    const { type, value } = (await identities.ofSubject(subjectId))?.identifier ?? {}
    return type === 'national_id' && value !== undefined
      ? secrets.fingerprint(value, INTENDED_SIGNER)
      : undefined
  }

  async function prepare(given: Given, detail: Detail): Promise<Preparation> {
    const request = await find(detail)
    const found = await turnIn(request, given)
    if (typeof found === 'string') return stopped(found)
    if (await isUnsealed(found)) return stopped('seal_missing')
    const opened = await openAll(documents, found.request.documents)
    if (opened === undefined) return stopped('request_gone')
    return prepared(given, detail, found, opened)
  }

  async function prepared(
    given: Given,
    detail: Detail,
    turn: Turn,
    opened: readonly Open[],
  ): Promise<Preparation> {
    const ready: Ready[] = []
    const { request } = turn
    let told: readonly ReviewSeal[]
    try {
      told = await sealsOf(request)
      for (const one of opened) {
        const sealed = await prepareOne(given, request, one)
        if (typeof sealed === 'string') {
          await closeAll(opened)
          return { kind: 'unfit', name: one.asked.name, reason: sealed }
        }
        ready.push({ ...one, prepared: sealed })
      }
    } catch (error) {
      await closeAll(opened)
      throw error
    }
    return {
      kind: 'prepared',
      act: {
        what: 'documents',
        ...shownOf(request),
        seals: told,
        hashes: ready.map((one) => urlHash(one.prepared.attributes)),
        versions: { [request.id]: request.version },
        make: (activated) => make({ given, detail, turn, ready }, activated.sign),
        close: () => closeAll(opened),
      },
    }
  }

  /** A code of `PdfRefused` for what must not be signed. */
  async function prepareOne(
    { person, credential, at, seed, locale }: Given,
    request: SignatureRequest,
    { asked, opened }: Open,
  ): Promise<PreparedSignature | string> {
    try {
      return await prepareToSign(
        { clock: { now: () => at }, random: seeded(seed, asked.id), writer: signing.writer },
        growing(opened),
        credential,
        {
          profile: request.profile,
          name: shownNameOf(person),
          reason: request.purpose === '' ? undefined : request.purpose,
          ...placeOf(request, shownNameOf(person), locale),
        },
      )
    } catch (error) {
      if (error instanceof PdfRefused) return error.code
      throw error
    }
  }

  interface Making {
    readonly given: Given
    readonly detail: Detail
    readonly turn: Turn
    readonly ready: readonly Ready[]
  }

  async function make(
    { given, detail, turn, ready }: Making,
    sign: (bytes: Uint8Array) => Promise<Uint8Array>,
  ): Promise<MadeAct> {
    const made: Signed[] = []
    const undo = async () => {
      await Promise.all(made.map(({ document }) => documents.remove(document.id)))
    }
    try {
      for (let at = 0; at < ready.length; at += AT_ONCE) {
        const some = ready.slice(at, at + AT_ONCE)
        const settled = await Promise.allSettled(some.map((one) => signOne(turn, one, sign)))
        // What was made beside what failed is undone, too.
        for (const one of settled) if (one.status === 'fulfilled') made.push(one.value)
        for (const one of settled) if (one.status === 'rejected') throw one.reason
      }
    } catch (error) {
      await undo()
      throw error
    }
    const signatures = made.map(({ reference }) => reference)
    const { request } = turn
    const told = made.map(({ document: { id, sha256 } }) => ({ id, sha256 }))
    const things = made.map(({ document: { name, sha256: signed } }, at) => ({
      ...{ name, signed },
      sha256: ready[at]?.asked.sha256 ?? '',
    }))
    return {
      facts: {
        request: request.id,
        signatures: signatures.join(' '),
        profile: request.profile,
        ...thingsFact(things),
      },
      detail: { ...detail, documents: told, signatures },
      undo,
      commit: () => commit(given, turn, made),
    }
  }

  /** What the page says of the agency's seal, whoever has put it there or will. */
  async function sealsOf({ clientId, seal }: SignatureRequest): Promise<readonly ReviewSeal[]> {
    if (seal === undefined) return []
    const known = await seals.inForce(ownerOf(clientId))
    const by = known?.organization.name ?? clientNameOf(await clients.find(clientId), 'fa')
    return [{ order: seal.order, by }]
  }

  /** The agency's seal would come after this signature, and there is none (any more). */
  async function isUnsealed({ request, place }: Turn): Promise<boolean> {
    return isSealedAfter(request, place) && !(await agencies.has(ownerOf(request.clientId)))
  }

  /** In the same step as the last signature: either the agency has both, or nothing was signed. */
  async function underSeal({ request, place }: Turn, signed: SignedPdf): Promise<SignedPdf> {
    if (!isSealedAfter(request, place)) return signed
    const { id, clientId, profile, seal } = request
    try {
      const sealed = await agencies.seal(ownerOf(clientId), signed, {
        profile,
        ...sealPlace(seal?.appearance),
      })
      if (sealed === 'no_seal') throw new UpstreamUnavailable('seal', 'it was revoked just now')
      return sealed.pdf
    } catch (error) {
      const detail = { request: id }
      ports.events.enqueue({ type: 'seal.failed', at: clock.now(), clientId, detail })
      throw error
    }
  }

  async function signOne(
    turn: Turn,
    { asked, prepared: open }: Ready,
    sign: (bytes: Uint8Array) => Promise<Uint8Array>,
  ): Promise<Signed> {
    const { profile, expiresAt } = turn.request
    const signature = await sign(open.attributes)
    const means = { ...signing, clock, random }
    const signed = await finishSignature(means, open, signature, profile)
    const { whole, size } = await underSeal(turn, signed)
    const limits = { maxBytes: size, expiresAt: Math.max(expiresAt, clock.now()) + AFTER_MS }
    const stored = await documents.put(piecesOf(whole.pieces(0, size)), limits)
    if (stored === 'too_large') throw new RangeError('what is kept is as large as it is')
    return {
      document: { ...asked, id: stored.id, size: stored.size, sha256: stored.sha256 },
      reference: `${stored.id}#${signed.fieldName}`,
    }
  }

  function sealMade({ id, clientId, profile }: SignatureRequest, count: number): ServiceEvent {
    return { type: 'seal.made', at: clock.now(), clientId, detail: { profile, request: id, count } }
  }

  async function commit(
    { visit, subjectId }: Given,
    { request, place }: Turn,
    made: readonly Signed[],
  ): Promise<boolean> {
    const own: RequestedSigner = {
      subjectId,
      signedAt: clock.now(),
      signatures: made.map(({ reference }) => reference),
    }
    const isLast = isLastOf(request, place)
    const saved = await signatureRequests.save(
      {
        ...request,
        state: isLast ? 'signed' : 'ready',
        documents: made.map(({ document }) => document),
        signers: request.signers.with(place, own),
      },
      [
        {
          type: 'signature.made',
          ...aboutOf(visit, clock),
          detail: { what: 'documents', request: request.id, count: made.length },
        },
        ...(isSealedAfter(request, place) ? [sealMade(request, made.length)] : []),
      ],
    )
    if (saved === undefined) return false
    // The old bytes are the beginning of the new ones.
    await Promise.all(request.documents.map(({ id }) => documents.remove(id)))
    return true
  }

  /** The person does not want to sign: that ends the request. False when it is not his to end (any more). */
  async function refuse(given: Pick<Given, 'visit' | 'subjectId'>, detail: Detail) {
    const request = await find(detail)
    const found = await turnIn(request, given)
    if (typeof found === 'string') return false
    const refused = { ...found.request, state: 'refused' as const }
    const about = { ...aboutOf(given.visit, clock), detail: { request: refused.id } }
    const event = { type: 'signature.refused' as const, ...about }
    return (await signatureRequests.save(refused, [event])) !== undefined
  }

  async function objection(given: Pick<Given, 'visit' | 'subjectId'>, detail: Detail) {
    const request = await find(detail)
    const found = await turnIn(request, given)
    if (typeof found === 'string') return found
    return (await isUnsealed(found)) ? 'seal_missing' : undefined
  }

  return { prepare, refuse, objection }
}

const isLastOf = ({ signers }: SignatureRequest, place: number) => place === signers.length - 1
const isSealedAfter = (request: SignatureRequest, place: number) =>
  request.seal?.order === 'after' && isLastOf(request, place)

/** Time stamps and their authorities are waited for together. */
const AT_ONCE = 5
/** They go with their request (src/extensions/signing-service/retention.ts), which is earlier than this. */
const AFTER_MS = 400 * 86_400_000

async function* piecesOf(pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
  yield* pieces
}
