import Router from '@koa/router'
import type { Context } from 'koa'
import { sendPage } from '../../http/send-page.ts'
import { certificatesOf, isReason, revokeAll } from './certificates.ts'
import { isTold, listPage } from './list-page.ts'
import type { AccountNeeds, Session } from './needs.ts'
import { outsidePage } from './outside-page.ts'
import { passkeysPage } from './passkeys-page.ts'
import { passkeysOf, removePasskey } from './passkeys.ts'
import { PATHS } from './paths.ts'
import { revokePage } from './revoke-page.ts'
import { signaturesOf } from './signatures.ts'

/** Whoever has a phone number has not the past of its former owner. */
const RANK = 2
/** Seconds: who changes something has shown just now that it is he. */
const FRESH = 300

type Page = Exclude<keyof typeof PATHS, 'back'>
const isPage = (text: unknown): text is Page =>
  typeof text === 'string' && text !== 'back' && Object.hasOwn(PATHS, text)

/** The citizen's own pages: his certificates, what was signed with them, and the way to take them back at once. */
export function accountRoutes(needs: AccountNeeds): Router {
  const { ports, sessions, form } = needs
  const router = new Router()

  router.get(PATHS.list, async (ctx) => {
    const session = await known(ctx, 'list')
    if (session === undefined) return
    const { subjectId } = session
    const props = needs.pageProps(ctx)
    const [certificates, signatures, passkeys] = await Promise.all([
      certificatesOf(ports, subjectId),
      signaturesOf(ports, subjectId, props.locale),
      passkeysOf(ports, subjectId),
    ])
    const { done } = ctx.query
    const told = isTold(done) ? done : undefined
    sendPage(ctx, listPage({ ...props, certificates, signatures, passkeys, told }))
  })

  router.get(PATHS.revoke, async (ctx) => {
    const session = await known(ctx, 'revoke')
    if (session === undefined) return
    await ask(ctx, session)
  })

  router.post(PATHS.revoke, async (ctx) => {
    const session = await known(ctx, 'revoke')
    if (session === undefined) return
    const input = await form.read(ctx, session.uid)
    if (input === undefined) return go(ctx, PATHS.revoke)
    const { reason } = input
    if (!isReason(reason)) return ask(ctx, session, true)
    const requestId = needs.requestId(ctx)
    const done = await revokeAll(needs, session.subjectId, { reason, requestId })
    go(ctx, `${PATHS.list}?done=${done}`)
  })

  router.get(PATHS.passkeys, async (ctx) => {
    const session = await known(ctx, 'passkeys')
    if (session === undefined) return
    await askWhich(ctx, session)
  })

  router.post(PATHS.passkeys, async (ctx) => {
    const session = await known(ctx, 'passkeys')
    if (session === undefined) return
    const input = await form.read(ctx, session.uid)
    if (input === undefined) return go(ctx, PATHS.passkeys)
    const chosen = { id: input['passkey'], requestId: needs.requestId(ctx) }
    const isRemoved = await removePasskey(needs, session.subjectId, chosen)
    if (!isRemoved) return askWhich(ctx, session, true)
    go(ctx, `${PATHS.list}?done=removed`)
  })

  router.get(PATHS.back, (ctx) => {
    const { error, state } = ctx.query
    if (error === undefined) return go(ctx, PATHS[isPage(state) ? state : 'list'])
    sendPage(ctx, outsidePage(needs.pageProps(ctx), error === 'access_denied' ? 'left' : 'unmet'))
  })

  /** Undefined: the browser is on its way to sign in. */
  async function known(ctx: Context, page: Page): Promise<Session | undefined> {
    const session = await sessions.of(ctx)
    if (session === undefined || session.rank < RANK) {
      go(ctx, sessions.signInPath({ rank: RANK, state: page }))
      return undefined
    }
    const age = ports.clock.now() / 1000 - session.provedAt
    if (page === 'list' || age < FRESH) return session
    // By passkey or one-time code: whoever was known before is not led through the registries again.
    go(ctx, sessions.signInPath({ rank: 1, maxAge: FRESH - 1, state: page }))
    return undefined
  }

  async function ask(ctx: Context, { uid, subjectId }: Session, isMissing = false) {
    const certificates = await certificatesOf(ports, subjectId)
    const living = certificates.filter(({ state }) => state === 'in_force')
    if (living.length === 0) return go(ctx, PATHS.list)
    const props = { ...needs.pageProps(ctx), certificates: living, csrf: form.token(uid) }
    sendPage(ctx, revokePage({ ...props, isMissing }))
  }

  async function askWhich(ctx: Context, { uid, subjectId }: Session, isMissing = false) {
    const passkeys = await passkeysOf(ports, subjectId)
    if (passkeys.length === 0) return go(ctx, PATHS.list)
    const props = { ...needs.pageProps(ctx), passkeys, csrf: form.token(uid) }
    sendPage(ctx, passkeysPage({ ...props, isMissing }))
  }

  return router
}

function go(ctx: Context, to: string): void {
  ctx.redirect(to)
  ctx.status = 303
}
