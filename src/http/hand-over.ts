import Router from '@koa/router'
import type { Context } from 'koa'
import type { Interaction } from 'oidc-provider'
import { DEVICE_SECONDS, OFFER_SECONDS, type HandOvers } from '../assurance/hand-over.ts'
import type { Stage } from '../assurance/step-up.ts'
import { handOverEndPage, handOverPage, type HandOverEnd } from '../pages/hand-over.ts'
import type { Limit } from '../ports/rate-limiter.ts'
import { languageLinks } from './client-view.ts'
import { isCsrfValid } from './csrf.ts'
import { readForm, readFormWithFile } from './form-body.ts'
import type { InteractionNeeds } from './interaction.ts'
import { drawStage, errorInQuery, pageProps, withError } from './interaction-pages.ts'
import { originOf } from './origin.ts'
import { localeOf, requestIdOf } from './request-context.ts'
import { sendPage } from './send-page.ts'
import { answer, receiveMessage } from './stream.ts'
import { isAboutLevels, visitOf } from './visits.ts'

interface Needs extends InteractionNeeds {
  readonly handOvers: HandOvers
}

const PATH = '/hand-over'
const CODE = /^\/hand-over\/([\w-]{43})$/
/** Of one address, codes that are right or wrong. */
const LOOKS: Limit = { name: 'hand_over_looks', points: 60, seconds: 600 }

/** The name of a browser while it reads what it is asked to agree to: its form is good for it alone. */
const START_COOKIE = 'panjereh_hand_over_start'
/** The right to one step of one interaction. */
const DEVICE_COOKIE = 'panjereh_hand_over'

/** Who may go on with one step of an interaction that another browser began, and nothing else of it. */
interface Guest {
  readonly interaction: Interaction
  readonly device: string
}

/** The other device's pages: agree (which uses the code up), the pages of the one step, and the end. Whatever a
 *  step's page asks is drawn and sent here as it would be under `/interaction`. */
export function handOverRoutes(needs: Needs): Router {
  const { handOvers, ports, provider, stepUp } = needs
  const router = new Router()

  router.get(CODE, async (ctx) => {
    const code = codeIn(ctx)
    if (!(await mayLook(ctx))) return tooMany(ctx)
    const seen = await handOvers.preview(code)
    const interaction = seen.kind === 'open' ? await interactionOf(seen.uid) : undefined
    if (seen.kind !== 'open' || interaction === undefined) return gone(ctx)
    const start = Buffer.from(ports.random.bytes(16)).toString('base64url')
    setCookie(ctx, START_COOKIE, start, OFFER_SECONDS)
    const csrf = startToken(start, code)
    const props = await pageProps(ctx, needs, interaction)
    sendPage(ctx, handOverPage({ ...props, number: seen.number, action: ctx.path, csrf }))
  })

  router.post(CODE, async (ctx) => {
    const code = codeIn(ctx)
    if (!(await mayLook(ctx))) return tooMany(ctx)
    const form = await readForm(ctx)
    const input = 'input' in form ? form.input : {}
    const start = ctx.cookies.get(nameOf(ctx, START_COOKIE), { signed: false }) ?? ''
    if (start === '' || !isCsrfValid(startToken(start, code), input['csrf'], ctx)) {
      return redirect(ctx, ctx.path)
    }
    if (input['action'] !== 'confirm') return draw(ctx, 'stopped')
    return agree(ctx, code)
  })

  router.get(PATH, async (ctx) => {
    const guest = await guestOf(ctx)
    if (guest === undefined) return afterwards(ctx)
    return show(ctx, guest, await stepUp.show(visit(ctx, guest)))
  })

  router.post(PATH, async (ctx) => {
    const guest = await guestOf(ctx)
    if (guest === undefined) return redirect(ctx, PATH)
    const form = await readFormWithFile(ctx)
    if ('fault' in form && form.fault === 'too_large') return redirect(ctx, withError(PATH))
    const input = 'input' in form ? form.input : {}
    if (!isCsrfValid(guestToken(guest), input['csrf'], ctx)) return redirect(ctx, PATH)
    await stepUp.proceed(visit(ctx, guest), input, 'files' in form ? form.files : undefined)
    return redirect(ctx, PATH)
  })

  router.post(`${PATH}/stream`, async (ctx) => {
    const guest = await guestOf(ctx)
    if (guest === undefined) return answer(ctx, 410, { error: 'gone' })
    await receiveMessage(ctx, needs, { visit: visit(ctx, guest), csrf: guestToken(guest) })
  })

  /** What the browser had of an earlier hand-over is replaced: nobody can plant his own on it. */
  async function agree(ctx: Context, code: string): Promise<void> {
    const seen = await handOvers.preview(code)
    const interaction = seen.kind === 'open' ? await interactionOf(seen.uid) : undefined
    if (interaction === undefined) return gone(ctx)
    const { clientId, requestId } = visitOf(ctx, ports, interaction)
    const taken = await handOvers.take(code, { clientId, requestId })
    if (taken.kind !== 'taken') return gone(ctx)
    setCookie(ctx, DEVICE_COOKIE, taken.secret, DEVICE_SECONDS)
    setCookie(ctx, START_COOKIE, '', 0)
    return redirect(ctx, PATH)
  }

  async function show(ctx: Context, guest: Guest, stage: Stage): Promise<void> {
    if (stage.kind !== 'page') return draw(ctx, ENDS[stage.kind === 'over' ? stage.how : 'ended'])
    const form = { action: PATH, csrf: guestToken(guest) }
    return drawStage(ctx, needs, guest.interaction, errorInQuery(ctx, stage), form)
  }

  /** The interaction has gone on, or nobody was ever let in. */
  async function afterwards(ctx: Context): Promise<void> {
    const entered = await enteredBy(ctx)
    const how = entered && (await handOvers.endOf(entered))
    return how ? draw(ctx, ENDS[how]) : gone(ctx)
  }

  async function enteredBy(ctx: Context) {
    const secret = ctx.cookies.get(nameOf(ctx, DEVICE_COOKIE), { signed: false })
    return secret ? handOvers.enter(secret) : undefined
  }

  /** The interaction that this browser was let into, when it still goes on and asks for a level. */
  async function guestOf(ctx: Context): Promise<Guest | undefined> {
    const entered = await enteredBy(ctx)
    if (entered === undefined) return undefined
    const interaction = await interactionOf(entered.uid)
    return interaction && { interaction, device: entered.device }
  }

  async function interactionOf(uid: string): Promise<Interaction | undefined> {
    const found = await provider.Interaction.find(uid)
    return found !== undefined && isAboutLevels(found) ? found : undefined
  }

  const visit = (ctx: Context, { interaction, device }: Guest) =>
    visitOf(ctx, ports, interaction, device)

  const startToken = (start: string, code: string) =>
    ports.secrets.fingerprint(`${start}:${code}`, 'hand_over_form')
  const guestToken = ({ interaction, device }: Guest) =>
    ports.secrets.fingerprint(`${interaction.uid}:${device}`, 'csrf')

  async function mayLook(ctx: Context): Promise<boolean> {
    return (await ports.limiter.take(LOOKS, originOf(ctx, ports).address)).allowed
  }

  function tooMany(ctx: Context): void {
    gone(ctx)
    ctx.status = 429
    ctx.set('Retry-After', '600')
  }

  function gone(ctx: Context): void {
    ctx.status = 410
    draw(ctx, 'gone')
  }

  function draw(ctx: Context, end: HandOverEnd): void {
    const locale = localeOf(ctx)
    const { assets } = needs
    const about = { locale, assets, languageLinks: languageLinks(ctx), requestId: requestIdOf(ctx) }
    sendPage(ctx, handOverEndPage({ ...about, end }))
  }

  return router
}

const ENDS = { proved: 'done', ended: 'stopped' } as const satisfies Record<string, HandOverEnd>

const codeIn = ({ path }: Context): string => CODE.exec(path)?.[1] ?? ''

/** RFC 6265bis 4.1.3.2: where there is TLS, no other host can plant a cookie of its own. */
const nameOf = (ctx: Context, name: string) => `${ctx.secure ? '__Host-' : ''}${name}`

function setCookie(ctx: Context, name: string, value: string, seconds: number): void {
  ctx.cookies.set(nameOf(ctx, name), value, {
    httpOnly: true,
    sameSite: 'strict',
    signed: false,
    secure: ctx.secure,
    path: '/',
    maxAge: seconds * 1000,
    overwrite: true,
  })
}

function redirect(ctx: Context, to: string): void {
  ctx.redirect(to)
  ctx.status = 303
}
