import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { openPglite } from '../adapters/sql/database.ts'
import { registries, type RunningRegistries } from '../sandbox/registries/main.ts'
import { smsInbox } from '../sandbox/sms-inbox/main.ts'
import { registriesOf } from '../sandbox/world.ts'
import { jpegsOf } from '../src/cli/mjpeg.ts'
import { en } from '../src/pages/text/en.ts'
import type { ClientMetadata } from '../src/ports/client-store.ts'
import { Agent, type Seen } from './support/agent.ts'
import { cardPhoto, sharedPortrait } from './support/face-studio.ts'
import { freePort } from './support/free-port.ts'
import { claim, errorOf, headingOf, SARA } from './support/level-2.ts'
import { ACR, LEVEL_3, placeOf, press, reply, send } from './support/level-3.ts'
import { CALLBACK, relyingParty } from './support/relying-party.ts'
import { SHARED_DATA } from './support/shared-data.ts'
import { requires } from './support/skips.ts'
import type { TestWindow } from './support/window.ts'

const LONG = 240_000
/** What a loaded machine takes; the rule is the usual one in all else. */
const ENGINE = { kind: 'onnx', workers: 1, liveness: { rules: { secondsAllowed: 200 } } }

requires('shared-data', 'face-models')('level 3 by the real engine, as a process', () => {
  let window: Pick<TestWindow, 'url' | 'inboxUrl'>
  let outside: { registries: RunningRegistries; inbox: Awaited<ReturnType<typeof smsInbox>> }
  let dataDir: string
  let child: ChildProcess
  let card: Uint8Array<ArrayBuffer>
  let frames: readonly Uint8Array<ArrayBuffer>[]
  let agent: Agent
  let party: Awaited<ReturnType<typeof relyingParty>>
  /** Everything that the window prints, at its most talkative. */
  let printed = ''

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'panjereh-level-3-'))
    outside = { registries: await registries({ port: 0 }), inbox: await smsInbox({ port: 0 }) }
    window = { url: `http://localhost:${await freePort()}`, inboxUrl: outside.inbox.url }
    card = new Uint8Array(await cardPhoto({ portrait: await sharedPortrait() }))
    const video = await readFile(join(SHARED_DATA, 'faces/video/live_headturn.mjpeg'))
    frames = jpegsOf(video).map((frame) => new Uint8Array(frame))
    await open()
    party = await relyingParty(window as TestWindow, await registered())
    agent = new Agent(window)
  }, LONG)
  afterAll(async () => {
    child.kill('SIGKILL')
    await outside.registries.close()
    await outside.inbox.close()
    await rm(dataDir, { recursive: true, force: true })
  })

  async function open(): Promise<void> {
    const gateway = { kind: 'kavenegar', apiKey: 'key', template: 'code', baseUrl: window.inboxUrl }
    child = spawn(process.execPath, ['--no-warnings', 'src/cli.ts', 'serve'], {
      env: {
        PATH: process.env['PATH'],
        PANJEREH_MODELS_DIR: process.env['PANJEREH_MODELS_DIR'],
        PANJEREH_ISSUER: window.url,
        PANJEREH_DATA_DIR: dataDir,
        PANJEREH_LOG_LEVEL: 'debug',
        PANJEREH_TRUSTED_PROXIES: '1',
        PANJEREH_REGISTRATION_OPEN: 'true',
        PANJEREH_DEMO: 'false',
        PANJEREH_SMS_GATEWAYS: JSON.stringify([gateway]),
        PANJEREH_REGISTRIES: JSON.stringify(registriesOf(outside.registries.url)),
        PANJEREH_FACE: JSON.stringify(ENGINE),
        // Sara is of the series of samples.
        PANJEREH_CARD_READER: '{"allowSpecimens":true}',
      },
    })
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => (printed += String(chunk)))
    }
    for (let turn = 0; turn < 600 && child.exitCode === null; turn += 1) {
      const answer = await fetch(`${window.url}/health/ready`).catch(() => undefined)
      if (answer?.status === 200) return
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    throw new Error(`the window did not open: ${printed}`)
  }

  async function registered(): Promise<ClientMetadata> {
    const answer = await fetch(`${window.url}/oauth2/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: [CALLBACK], client_name: 'A Service' }),
    })
    return (await answer.json()) as ClientMetadata
  }

  /** Levels 1 and 2, and the card. */
  async function toMovements(): Promise<Seen> {
    const request = await party.request(LEVEL_3)
    const first = await agent.walk(await agent.get(request.url), { mobile: SARA.mobile })
    const consent = await agent.walk(await claim(agent, first, SARA))
    expect(placeOf(consent)).toBe('face/consent')
    return showCard(await press(agent, consent, 'agree'))
  }

  async function showCard(page: Seen): Promise<Seen> {
    const said = []
    for (let sequence = 0; sequence < 40; sequence += 1) {
      const heard = await reply(send(agent, page, card, sequence))
      said.push(heard.say)
      if (heard.done) return press(agent, page, 'next')
    }
    throw new Error(said.join(' '))
  }

  /** The video, a picture after the other, until nothing more is wanted. */
  async function perform(page: Seen): Promise<void> {
    for (let sequence = 0; sequence < 400; sequence += 1) {
      const frame = frames[sequence % frames.length]
      if (frame && (await reply(send(agent, page, frame, sequence))).done) return
    }
    throw new Error('it does not end')
  }

  let movements: Seen

  it(
    'a window that is killed between card and movements has lost the card, and proves nothing',
    async () => {
      movements = await toMovements()
      expect(placeOf(movements)).toBe('face/liveness')
      child.kill('SIGKILL')
      await once(child, 'close')
      await open()
      const over = await reply(send(agent, movements, frames[0] as Uint8Array<ArrayBuffer>, 0))
      expect(over).toMatchObject({ done: true, tone: 'bad' })
      const again = await press(agent, movements, 'next')
      expect([placeOf(again), errorOf(again)]).toEqual(['face/card', en.error['face_lost']])
      movements = await showCard(again)
    },
    LONG,
  )

  it(
    'a living person with the card is at level 3',
    async () => {
      expect([placeOf(movements), headingOf(movements)]).toEqual([
        'face/liveness',
        en.face.livenessTitle,
      ])
      await perform(movements)
      const done = await press(agent, movements, 'next')
      const end = await agent.walk(done)
      if (end.away === undefined) throw new Error(end.html)
      expect(end.away.searchParams.get('error')).toBeNull()
      expect(end.away.searchParams.get('code')).not.toBeNull()
      const claims = await levelNow()
      expect(claims).toMatchObject({ acr: `${ACR}3`, amr: expect.arrayContaining(['face']) })
    },
    LONG,
  )

  it(
    'and nothing of the pictures is in what was printed, nor in the database',
    async () => {
      child.kill('SIGTERM')
      await once(child, 'close')
      const dump = await databaseText()
      expect(printed).toContain('"route":"interaction_stream"')
      expect(dump).toContain('face.judged')
      for (const text of [printed, dump]) {
        for (const piece of piecesOf([card, ...frames])) expect(text.includes(piece)).toBe(false)
        expect(text).not.toMatch(/\/9j\/|\\xffd8ff|ffd8ffe0/i)
      }
    },
    LONG,
  )

  /** The session holds level 3 now: nobody is asked again. */
  async function levelNow() {
    const request = await party.request({ ...LEVEL_3, prompt: 'none' })
    const { away } = await agent.get(request.url)
    return (await party.redeem(away as URL, request)).claims()
  }

  async function databaseText(): Promise<string> {
    const database = await openPglite(join(dataDir, 'database'))
    try {
      const named = await database.knex.raw<{ rows: { name: string }[] }>(
        "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'",
      )
      expect(named.rows.length).toBeGreaterThan(10)
      const rows = await Promise.all(
        named.rows.map(({ name }) => database.knex.raw(`SELECT t::text AS line FROM ${name} AS t`)),
      )
      return JSON.stringify(rows)
    } finally {
      await database.close()
    }
  }
})

/** Of each picture its beginning and its middle, in the forms in which bytes become text. */
function piecesOf(images: readonly Uint8Array[]): readonly string[] {
  return images.flatMap((image) => {
    const middle = 3 * Math.floor(image.length / 6)
    return [0, middle].flatMap((at) => {
      const bytes = Buffer.from(image.subarray(at, at + 24))
      return [bytes.toString('base64'), bytes.toString('base64url'), bytes.toString('hex')]
    })
  })
}
