import { memoryCaptures } from '../../adapters/memory/captures.ts'
import { clock } from '../../adapters/system/clock.ts'
import { random } from '../../adapters/system/random.ts'
import { faceLevel } from '../../interactions/face/level.ts'
import {
  signatureLevel,
  SIGNATURE_POLICY,
  type SignaturePolicy,
} from '../../interactions/signature/level.ts'
import type { SignatureNeeds } from '../../interactions/signature/needs.ts'
import { signingOf } from '../../sandbox/world.ts'
import type { AssuranceLevel } from '../../src/assurance/level.ts'
import type { DocumentStore } from '../../src/ports/document-store.ts'
import type { Ports } from '../../src/ports/index.ts'
import type { SignatureRequest } from '../../src/ports/signature-request-store.ts'
import { Agent, type Seen } from './agent.ts'
import {
  softwareAuthenticator,
  type Attestation,
  type SoftwareAuthenticator,
} from './authenticator.ts'
import { fakeFace } from './fake-face.ts'
import { freePort } from './free-port.ts'
import { claim, isForm, openRegistryWindow, SARA, type Iranian } from './level-2.ts'
import {
  ACR,
  allowMore,
  FACE_POLICY,
  fieldOf,
  goThrough,
  cardOf,
  placeOf,
  press,
  showCard,
  subjectIdOf,
} from './level-3.ts'
import { relyingParty, webClient } from './relying-party.ts'
import { sandboxPki } from './sandbox-pki.ts'
import type { WindowOptions } from './window.ts'

const TYPES = {
  authorization_details_types: [
    'ir.transaction',
    'ir.signature_request',
    'ir.service_request',
    'credential',
  ],
}
export const RP = webClient('rp', TYPES)
export const LEVEL_4 = { acr_values: `${ACR}4`, ui_locales: 'en' }

export interface SignatureOptions {
  readonly policy?: Partial<SignaturePolicy>
  /** Instead of those in software. */
  readonly keys?: Readonly<Record<string, unknown>>
  /** Stands between the rung and the world. */
  readonly between?: (ports: SignatureNeeds) => SignatureNeeds
  readonly window?: WindowOptions
}

/** A window with level 4: faces are pretended; the sample authority issues, stamps and answers. */
export async function openSignatureWindow(options: SignatureOptions = {}) {
  const { policy = {}, keys = { kind: 'software' }, between = (ports) => ports } = options
  const pki = await sandboxPki()
  const json = JSON.stringify({ ...(await signingOf(pki.url)), keys })
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const [fake, captures] = [fakeFace(), memoryCaptures({ clock })]

  const rungs = ({ signing = fail('nothing to sign with'), ...ports }: Ports): AssuranceLevel[] => [
    faceLevel(
      { ...ports, captures, face: fake.face, cards: fake.cards },
      { ...FACE_POLICY, triesPerHour: 200, triesPerDay: 200 },
    ),
    signatureLevel(between({ ...ports, signing }), {
      ...SIGNATURE_POLICY,
      ...{ rpId: 'localhost', rpName: 'Panjereh', origin },
      ...policy,
    }),
  ]
  const window = await openRegistryWindow({
    clients: [
      RP,
      webClient('other', TYPES),
      webClient('asking', { ...TYPES, panjereh_first_party: false }),
    ],
    ...options.window,
    env: {
      PANJEREH_ISSUER: origin,
      PANJEREH_PORT: String(port),
      PANJEREH_OTP_SENDS_PER_HOUR: '100',
      PANJEREH_SIGNING: json,
      ...options.window?.env,
    },
    rungs,
  })
  return {
    ...window,
    ...{ pki, fake, captures, origin },
    signing: window.ports.signing ?? fail('nothing to sign with'),
    documents: window.ports.documents,
    async close() {
      await window.close()
      await pki.close()
      captures.close()
    },
  }
}

function fail(why: string): never {
  throw new Error(why)
}

export type SignatureWindow = Awaited<ReturnType<typeof openSignatureWindow>>

/** A passkey of this window, in software. */
export const passkeyFor = (
  { origin }: SignatureWindow,
  isBackedUp = false,
  attestation?: Attestation,
) => softwareAuthenticator({ origin, rpId: 'localhost', isBackedUp, countsFrom: 0, attestation })

export interface Coming {
  readonly who?: Iranian
  readonly agent?: Agent
  readonly clientId?: string
  readonly params?: Record<string, string>
  readonly details?: readonly Readonly<Record<string, unknown>>[]
}

/** Through levels 1 to 3, to the first page of level 4 (or wherever that leads). */
export async function toLevel4(window: SignatureWindow, coming: Coming = {}) {
  const { who = SARA, agent = new Agent(window), clientId = 'rp', params = {}, details } = coming
  const party = await relyingParty(window, webClient(clientId, TYPES))
  const asked: Record<string, string> = details
    ? { authorization_details: JSON.stringify(details) }
    : {}
  const request = await party.request({ ...LEVEL_4, ...asked, ...params })
  const page = await climb(window, agent, await agent.get(request.url), who)
  return { party, request, agent, page }
}

/** Answers whatever levels 1 to 3 ask. */
export async function climb(window: SignatureWindow, agent: Agent, start: Seen, who = SARA) {
  await allowMore(window)
  let page = await agent.walk(start, { mobile: who.mobile })
  if (isForm(page, 'national_id')) page = await claim(agent, page, who)
  page = await agent.walk(page, { mobile: who.mobile })
  if (placeOf(page) !== 'face/consent') return page
  const movements = await showCard(agent, page, () => cardOf(who))
  return agent.walk(await goThrough(agent, movements), { mobile: who.mobile })
}

/** What can be read on the page, without spaces: hashes stand in groups. */
export const readOn = ({ html }: Pick<Seen, 'html'>): string => html.replaceAll(/<[^>]*>|\s/g, '')

/** What the button of the page hands to the browser. */
export function optionsOf(page: Seen): string {
  const found = /data-options="([^"]*)"/.exec(page.html)?.[1]
  if (found === undefined) throw new Error(`no passkey is asked for at ${placeOf(page)}`)
  return found.replaceAll('&quot;', '"').replaceAll('&#34;', '"').replaceAll('&amp;', '&')
}

/** Terms, passkey, and the first signature: to the page of what is to be signed. */
export async function enrol(agent: Agent, page: Seen, passkey: SoftwareAuthenticator) {
  const asked = await press(agent, page, 'agree')
  const attestation = passkey.create(optionsOf(asked))
  const terms = await agent.submit(asked, { attestation }, 'csrf')
  return approve(agent, terms, passkey)
}

export function approve(
  agent: Agent,
  page: Seen,
  passkey: SoftwareAuthenticator,
  quirks: Parameters<SoftwareAuthenticator['get']>[1] = {},
): Promise<Seen> {
  const assertion = passkey.get(optionsOf(page), quirks)
  return agent.submit(page, { action: 'sign', assertion }, 'csrf')
}

/** One file of the open page, as its viewer loads it. */
export async function fileOf(agent: Agent, page: Seen, name: string): Promise<Buffer> {
  const answer = await agent.fetch(`${page.url.pathname}/files/${name}`)
  if (answer.status !== 200) throw new Error(`${name}: ${answer.status}`)
  return Buffer.from(await answer.arrayBuffer())
}

export async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes
}

export async function contentOf(documents: DocumentStore, id: string): Promise<Buffer> {
  const opened = await documents.open(id)
  if (opened === undefined) throw new Error(`${id} is not there`)
  const pieces: Uint8Array[] = []
  for await (const piece of opened.pieces(0, opened.size)) pieces.push(Uint8Array.from(piece))
  await opened.close()
  return Buffer.concat(pieces)
}

/** A request that is ready to be signed, as the signing service leaves it. */
export async function requested(
  { ports, documents }: SignatureWindow,
  files: readonly Uint8Array[],
  more: Partial<SignatureRequest> = {},
): Promise<string> {
  const now = clock.now()
  const stored = await Promise.all(
    files.map((file) =>
      documents.put(once(file), { maxBytes: file.length, expiresAt: now + 3_600_000 }),
    ),
  )
  const id = random.uuid()
  await ports.signatureRequests.add(
    {
      id,
      clientId: 'rp',
      state: 'ready',
      documents: stored.map((one, at) => {
        if (one === 'too_large') throw new RangeError('it is as large as it is')
        const { id: document, size, sha256 } = one
        return { id: document, name: `paper ${at + 1}`, size, sha256, uploadedSha256: sha256 }
      }),
      signers: [{}],
      profile: 'B-LTA',
      purpose: 'A contract',
      createdAt: now,
      expiresAt: now + 3_600_000,
      ...more,
    },
    [],
  )
  return id
}

/** Messages without a code at this person's number, oldest first. */
export async function noticesOf({ inboxUrl }: SignatureWindow, who = SARA): Promise<string[]> {
  const answer = await fetch(`${inboxUrl}/notices?to=${who.mobile}`)
  const found = (await answer.json()) as readonly { readonly text: string }[]
  return found.map(({ text }) => text).toReversed()
}

/** Of those after the first `known` the ones that say this, once there are so many; fails after ten seconds. */
export async function newNotices(
  window: SignatureWindow,
  { known, many, says, who = SARA }: { known: number; many: number; says: RegExp; who?: Iranian },
): Promise<string[]> {
  for (let look = 0; look < 200; look += 1) {
    const found = (await noticesOf(window, who)).slice(known).filter((text) => says.test(text))
    if (found.length >= many) return found
    await new Promise((go) => setTimeout(go, 50))
  }
  throw new Error('the message did not come')
}

export const evidenceOf = async (window: SignatureWindow, who = SARA) =>
  window.ports.evidence.ofSubject(await subjectIdOf(window, who))

export { fieldOf, placeOf, press, subjectIdOf }

export const REZA: Iranian = {
  mobile: '09120000002',
  nationalId: '9990000026',
  born: ['1355', '6', '20'],
}

/** Somebody who has enrolled, and stands before what is to be signed. */
export async function enrolled(window: SignatureWindow, coming: Coming = {}) {
  const passkey = passkeyFor(window)
  const start = await toLevel4(window, coming)
  const page = await enrol(start.agent, start.page, passkey)
  return { ...start, page, passkey }
}
