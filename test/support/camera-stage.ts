import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { facePages } from '../../interactions/face/page.ts'
import type { FaceState } from '../../interactions/face/state.ts'
import type { Reply } from '../../src/assurance/level.ts'
import { contentSecurityPolicy } from '../../src/http/security-headers.ts'
import type { Locale } from '../../src/identity/locale.ts'
import { loadAssets } from '../../src/pages/assets.ts'
import { frame } from '../../src/pages/interaction-frame.ts'
import { texts } from '../../src/pages/text/index.ts'

/** What the stage answers to one picture: a reply, or a status alone. */
export type Cue = Partial<Reply> | { readonly status: number }

export interface Picture {
  readonly at: number
  readonly csrf: string
  readonly place: string
  readonly sequence: string
  readonly type: string
  readonly body: Buffer
}

export interface Sent {
  readonly type: string
  readonly body: Buffer
}

/** The pages with a camera, and a server behind them that answers by a list: for what the browser's side does. */
export interface CameraStage {
  readonly url: string
  /** Answered in this order; the last one again and again. */
  play(...cues: readonly Cue[]): void
  readonly pictures: readonly Picture[]
  readonly forms: readonly Sent[]
  /** Most pictures that were on their way at once. */
  readonly most: () => number
  /** How often a page was asked for. */
  readonly pages: () => number
  reset(): void
  close(): void
}

const STATES: Readonly<Record<string, FaceState>> = {
  card: { kind: 'card' },
  liveness: { kind: 'liveness', gentle: false, secondsAllowed: 25 },
  gentle: { kind: 'liveness', gentle: true, secondsAllowed: 75 },
}
const PLAIN: Reply = { say: 'look_straight', tone: 'wait', progress: 0, done: false }

export async function openCameraStage(): Promise<CameraStage> {
  const assets = loadAssets()
  const [pictures, forms]: [Picture[], Sent[]] = [[], []]
  let [cues, under, most, pages]: [Cue[], number, number, number] = [[], 0, 0, 0]

  function drawn(locale: Locale, name: string): string {
    const state = STATES[name] ?? { kind: 'card' }
    const view = { state, locale, now: 0, alternatives: [], mayFallBack: false }
    const page: { toString(): string } = frame({
      locale,
      assets,
      client: { name: 'سازمان نمونه' },
      levelText: texts(locale).level(3),
      body: facePages[state.kind](view),
      action: `/${locale}/${name}`,
      csrf: 'the-csrf',
      place: `face/${state.kind}`,
    })
    return page.toString()
  }

  async function answered(request: IncomingMessage): Promise<Cue> {
    under += 1
    most = Math.max(most, under)
    const { headers } = request
    const body = await buffer(request)
    const given = (name: string) => String(headers[name])
    pictures.push({
      at: performance.now(),
      csrf: given('x-csrf-token'),
      place: given('x-place'),
      sequence: given('x-sequence'),
      type: given('content-type'),
      body,
    })
    await pause(20)
    under -= 1
    return (cues.length > 1 ? cues.shift() : cues[0]) ?? {}
  }

  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const asset = assets.get(decodeURIComponent(pathname))
    const [, locale = 'fa', name = ''] = pathname.split('/')
    response.setHeader('content-security-policy', contentSecurityPolicy())
    if (asset !== undefined) response.setHeader('content-type', asset.type).end(asset.body)
    else if (pathname.endsWith('/stream')) {
      const cue = await answered(request)
      if ('status' in cue) response.writeHead(cue.status).end()
      else {
        const json = JSON.stringify({ ...PLAIN, ...cue })
        response.setHeader('content-type', 'application/json').end(json)
      }
    } else if (request.method === 'POST') {
      forms.push({ type: String(request.headers['content-type']), body: await buffer(request) })
      response.setHeader('content-type', 'text/html').end('<title>sent</title>')
    } else if (STATES[name]) {
      pages += 1
      response.setHeader('content-type', 'text/html; charset=utf-8')
      response.end(drawn(locale as Locale, name))
    } else response.writeHead(404).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    play: (...given) => void (cues = [...given]),
    pictures,
    forms,
    most: () => most,
    pages: () => pages,
    reset() {
      pictures.length = 0
      forms.length = 0
      ;[cues, under, most, pages] = [[], 0, 0, 0]
    },
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
