import { isDeepStrictEqual } from 'node:util'
import type { AuthorizationDetails, Turn, Visit } from '../../src/assurance/level.ts'
import { PdfRefused } from '../../src/signing/pdf/refused.ts'
import { signatureActivation } from '../../src/signing/sam.ts'
import type { SigningCredential } from '../../src/ports/signing-credential-store.ts'
import type { PersonName } from '../../src/signing/x509/subject-name.ts'
import { ActivationLost, type Activated, type Facts, type Given } from './act.ts'
import { acts, type WholeAct, type WholePreparation } from './acts.ts'
import { shownCertificate } from './certificate.ts'
import type { SignatureNeeds } from './needs.ts'
import { signatureNotices } from './notices.ts'
import { subjectOf } from './person.ts'
import type { SignaturePolicy } from './policy.ts'
import type { Plan, SignatureError, SignatureState } from './state.ts'
import { terms } from './terms.ts'

export type ReviewPage = Extract<SignatureState, { kind: 'review' }>
type Blocked = Exclude<WholePreparation, { kind: 'prepared' }>

interface Showing {
  readonly visit: Visit
  readonly person: PersonName
  readonly credential: SigningCredential
}

export type Shown = { readonly kind: 'shown'; readonly page: ReviewPage } | Blocked

export type Signing =
  | {
      readonly kind: 'signed'
      readonly activationId: string
      readonly facts: Facts
      readonly details?: AuthorizationDetails
    }
  /** Nothing was signed: it is shown anew. */
  | { readonly kind: 'again'; readonly error: SignatureError }
  | Blocked

/** From what is to be signed to the signatures: shown, said yes to with a passkey over the hashes of the very bytes,
 *  signed, and handed over. What was shown is made once more from the state, and must come out the same. */
export function ceremony(ports: SignatureNeeds, policy: SignaturePolicy) {
  const { clock, random, signing } = ports
  const asked = acts(ports, policy)
  const conditions = terms(ports, policy)
  const notices = signatureNotices(ports, policy)
  const sam = signatureActivation(
    { ...ports, keys: signing.keys },
    { rpId: policy.rpId, origin: policy.origin, lifetimeSeconds: policy.activationSeconds },
  )

  /** Nothing else is signed with a key before the terms are. */
  async function prepare(given: Given, isTerms: boolean): Promise<WholePreparation> {
    return isTerms ? conditions.prepare(given) : asked.prepare(given)
  }

  async function show({ visit, person, credential }: Showing): Promise<Shown> {
    const subjectId = subjectOf(visit)
    const isTerms = !(await conditions.areSigned(credential))
    const given: Given = {
      visit,
      subjectId,
      person,
      credential,
      at: clock.now(),
      seed: Buffer.from(random.bytes(32)).toString('base64url'),
      locale: visit.locale,
    }
    const prepared = await prepare(given, isTerms)
    if (prepared.kind !== 'prepared') return prepared
    try {
      return { kind: 'shown', page: await pageOf(given, prepared.act) }
    } finally {
      await prepared.act.close()
    }
  }

  async function pageOf(given: Given, act: WholeAct): Promise<ReviewPage> {
    const { visit, subjectId, credential, at, seed, locale } = given
    const { what, items, seals = [], text, hashes, digests = [], versions = {}, files = {} } = act
    const { clientId } = visit
    const { sad, options } = await sam.open({
      subjectId,
      clientId,
      credential,
      hashes,
      digests,
      text,
    })
    const { hashes: signed, digests: prepared, ...rest } = sad
    const plan = {
      sad: { ...rest, hashes: [...signed], digests: [...prepared] },
      ...{ at, seed, locale, versions, files },
    }
    return {
      kind: 'review',
      what,
      items: [...items],
      seals: [...seals],
      text,
      options,
      expiresAt: sad.expiresAt,
      certificate: shownCertificate(credential),
      protection: credential.protection,
      plan,
    }
  }

  async function sign(
    { visit, input }: Turn<SignatureState>,
    page: ReviewPage,
    { person, credential }: Pick<Showing, 'person' | 'credential'>,
  ): Promise<Signing> {
    const { plan } = page
    if (clock.now() >= page.expiresAt) return again('signature_expired')
    if (credential.id !== plan.sad.credentialId) return again('signature_changed')
    const { at, seed, locale } = plan
    const given = { visit, subjectId: subjectOf(visit), person, credential, at, seed, locale }
    const prepared = await prepare(given, page.what === 'terms')
    if (prepared.kind !== 'prepared') return prepared
    try {
      if (!isAsShown(prepared.act, page)) return again('signature_changed')
      return await activated(visit, page, prepared.act, input['assertion'])
    } finally {
      await prepared.act.close()
    }
  }

  async function activated(
    visit: Visit,
    { plan, items, what }: ReviewPage,
    act: WholeAct,
    assertion: string | undefined,
  ): Promise<Signing> {
    const { requestId } = visit
    const tells = notices.isToldOf(what) ? visit.locale : undefined
    const answer = await sam.activate(plan.sad, parsedJson(assertion), { requestId, tells })
    if (answer.kind === 'refused') return again(ANSWERS[answer.why])
    try {
      return await made(act, plan, answer.activationId)
    } catch (error) {
      if (error instanceof ActivationLost) return again('signature_expired')
      if (!(error instanceof PdfRefused)) throw error
      return { kind: 'unfit', name: items[0]?.name ?? '', reason: error.code }
    }
  }

  async function made(act: WholeAct, plan: Plan, activationId: string): Promise<Signing> {
    const activation = activationOf(plan, activationId)
    const { facts, details, commit } = await notices.orNone(activationId, () =>
      act.make(activation),
    )
    const done = await commit()
    await notices.handedOver(activationId, plan.sad, done)
    if (done !== true) return again('signature_changed')
    return { kind: 'signed', activationId, facts, details }
  }

  function activationOf({ sad: { subjectId, clientId } }: Plan, activationId: string): Activated {
    return {
      activationId,
      async sign(toBeSigned) {
        const signed = await sam.sign(activationId, toBeSigned, { subjectId, clientId })
        if (signed.kind === 'refused') throw new ActivationLost(signed.why)
        return signed.signature
      },
    }
  }

  return { show, sign, objection: asked.objection, refuse: asked.refuse }
}

/** The very same bytes, described in the very same words. */
function isAsShown(act: WholeAct, { plan, text, items }: ReviewPage): boolean {
  const { sad, versions, files } = plan
  return isDeepStrictEqual(
    [
      [...act.hashes],
      [...(act.digests ?? [])],
      act.text,
      act.versions ?? {},
      act.files ?? {},
      plain(act.items),
    ],
    [sad.hashes, sad.digests, text, versions, files, plain(items)],
  )
}

/** As JSON has it: without keys that have no value. */
const plain = (items: readonly object[]): unknown => JSON.parse(JSON.stringify(items))

const again = (error: SignatureError): Signing => ({ kind: 'again', error })

const ANSWERS = {
  expired: 'signature_expired',
  replayed: 'signature_replayed',
  failed: 'signature_failed',
  no_credential: 'signature_failed',
} as const satisfies Readonly<Record<string, SignatureError>>

const LONGEST = 64 * 1024

function parsedJson(text = ''): unknown {
  if (text.length > LONGEST) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
