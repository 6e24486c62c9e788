import { faceLevel, type FacePolicy } from '../../interactions/face/level.ts'
import { formsOf } from '../../sandbox/html-forms.ts'
import type { Reply } from '../../src/assurance/level.ts'
import { memoryCaptures } from '../../adapters/memory/captures.ts'
import { clock } from '../../adapters/system/clock.ts'
import type { Ports } from '../../src/ports/index.ts'
import { Agent, type Seen } from './agent.ts'
import { fakeFace, fakePicture, type Movement, type Scene } from './fake-face.ts'
import { claim, isForm, openRegistryWindow, SARA, type Iranian } from './level-2.ts'
import { relyingParty, webClient } from './relying-party.ts'
import type { WindowOptions } from './window.ts'

export const ACR = 'urn:panjereh:acr:'
export const RP = webClient('rp')
export const LEVEL_3 = { acr_values: `${ACR}3`, ui_locales: 'en' }

export const FACE_POLICY: FacePolicy = {
  lifetimeSeconds: 900,
  triesPerHour: 4,
  triesPerDay: 6,
  virtualCameras: 'record',
  registryPortrait: 'when_given',
}

/** A window with level 3, whose engines are pretended. */
export async function openFaceWindow(
  policy: Partial<FacePolicy> = {},
  options: WindowOptions = {},
) {
  const fake = fakeFace()
  const captures = memoryCaptures({ clock })
  const rungs = (ports: Ports) => [
    faceLevel(
      { ...ports, captures, face: fake.face, cards: fake.cards },
      { ...FACE_POLICY, ...policy },
    ),
  ]
  // One person signs in again and again here.
  const env = { PANJEREH_OTP_SENDS_PER_HOUR: '100', ...options.env }
  const window = await openRegistryWindow({ clients: [RP], ...options, env, rungs })
  return { ...window, fake, captures }
}

export type FaceWindow = Awaited<ReturnType<typeof openFaceWindow>>

/** Through levels 1 and 2, to the first page of level 3 (or wherever that leads). */
export async function toLevel3(
  window: FaceWindow,
  params: Record<string, string> = {},
  { who = SARA, agent = new Agent(window) }: { who?: Iranian; agent?: Agent } = {},
) {
  const party = await relyingParty(window, RP)
  const request = await party.request({ ...LEVEL_3, ...params })
  const page = await agent.walk(await agent.get(request.url), { mobile: who.mobile })
  const asked = isForm(page, 'national_id') ? await claim(agent, page, who) : page
  return { party, request, agent, page: await agent.walk(asked, { mobile: who.mobile }) }
}

export const press = (
  agent: Agent,
  page: Seen,
  action: string,
  more: Record<string, string> = {},
) => agent.submit(page, { action, ...more }, 'csrf')

export const placeOf = (page: Seen): string | undefined => fieldOf(page, 'place')
export const fieldOf = (page: Seen, name: string): string | undefined =>
  formsOf(page.html)
    .find((form) => form.fields.has('csrf'))
    ?.fields.get(name)

export const actionOf = (page: Seen): string =>
  formsOf(page.html).find((form) => form.fields.has('csrf'))?.action ?? ''

/** As the page's script sends a picture. */
export function send(
  agent: Agent,
  page: Seen,
  image: Uint8Array<ArrayBuffer>,
  sequence: number,
  headers: Record<string, string> = {},
): Promise<Response> {
  return agent.fetch(`${actionOf(page)}/stream`, {
    method: 'POST',
    body: image,
    headers: {
      'content-type': 'image/jpeg',
      'x-csrf-token': fieldOf(page, 'csrf') ?? '',
      'x-place': placeOf(page) ?? '',
      'x-sequence': String(sequence),
      ...headers,
    },
  })
}

export async function reply(answer: Promise<Response>): Promise<Reply> {
  const got = await answer
  if (got.status !== 200) throw new Error(`${got.status} ${await got.text()}`)
  return (await got.json()) as Reply
}

export const cardOf = ({ nationalId }: Pick<Iranian, 'nationalId'>, more: Scene = {}) =>
  fakePicture({ number: nationalId, face: 'sara', ...more })

/** From the first page to the movements: agrees, shows the card twice. */
export async function showCard(
  agent: Agent,
  consent: Seen,
  card = () => cardOf(SARA),
): Promise<Seen> {
  const page = await press(agent, consent, 'agree')
  await send(agent, page, card(), 0)
  await send(agent, page, card(), 1)
  return press(agent, page, 'next')
}

interface Acting {
  readonly who?: string
  /** Changes what one frame shows. */
  readonly twist?: (scene: Scene, sequence: number) => Scene
}

/** Does what it is told, until nothing more is wanted. */
export async function perform(agent: Agent, page: Seen, { who = 'sara', twist }: Acting = {}) {
  const shown = (move: Scene['move'], sequence: number) => {
    const scene = { face: who, move, at: sequence }
    return fakePicture(twist ? twist(scene, sequence) : scene)
  }
  let said = await reply(send(agent, page, shown('straight', 0), 0))
  for (let sequence = 1; sequence < 20 && !said.done; sequence += 1) {
    said = await reply(send(agent, page, shown(said.say as Movement, sequence), sequence))
  }
  return said
}

/** The movements and the form after them. */
export async function goThrough(agent: Agent, page: Seen, acting: Acting = {}) {
  await perform(agent, page, acting)
  return press(agent, page, 'next')
}

/** How many pictures of this visit are in memory. */
export function heldOf({ captures }: FaceWindow, page: Seen): number {
  const names = ['glance', 'card', 'portrait'] as const
  return names.filter((name) => captures.get(uidOf(page), name) !== undefined).length
}

export const uidOf = (page: Seen): string =>
  /^\/interaction\/([\w-]+)$/.exec(actionOf(page))?.[1] ?? ''

/** Why nothing was proved, in the words of the page. */
export const reasonOf = (page: Seen): string | undefined =>
  /id="wrong"[^>]*>\s*<p>([^<]*?)</.exec(page.html)?.[1]

export async function subjectIdOf(
  { ports }: Pick<FaceWindow, 'ports'>,
  { mobile } = SARA,
): Promise<string> {
  const value = `+98${mobile.slice(1)}`
  return (await ports.subjects.findByIdentifier({ type: 'mobile', value }))?.id ?? ''
}

/** One person comes more often in a test than may be. */
export async function allowMore(window: Pick<FaceWindow, 'ports'>): Promise<void> {
  const subjectId = await subjectIdOf(window)
  for (const name of ['face_cards', 'registry_asks']) {
    await window.ports.limiter.reset({ name, points: 20, seconds: 3600 }, subjectId)
  }
}
