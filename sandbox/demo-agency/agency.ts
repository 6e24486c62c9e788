import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import Router from '@koa/router'
import Koa, { type Context } from 'koa'
import * as client from 'openid-client'
import { noticeOf } from './failure.ts'
import { homePage } from './home-page.ts'
import { isFromElsewhere, readFormBody, securityHeaders } from './http.ts'
import { styleSheet, type Html, type Look } from './layout.ts'
import { logoutTokens } from './logout-token.ts'
import { resultPage } from './result-page.ts'
import { agencySessions, type AgencySession, type Notice } from './sessions.ts'
import { finishSignIn, readForm, refreshSignIn, startSignIn, type SignInForm } from './sign-in.ts'
import { signedRequest } from './sign-card.ts'
import { signingService } from './signing.ts'
import type { Lang, TextKey } from './text.ts'
import { connect, signsThere, type Credentials } from './window.ts'

export interface DemoAgencySettings {
  readonly port: number
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** Where the browser sees us; must be the address that is registered at the window. */
  readonly publicUrl: string
  readonly auditor?: Credentials
  readonly title?: Extract<TextKey, `title_${string}`>
  /** Registered for the window's signing service. */
  readonly canSign?: boolean
}

export interface RunningAgency {
  readonly url: string
  close(): Promise<void>
}

/** A relying party as an agency would write it: everything it knows of the window is in discovery. */
export async function demoAgency(settings: DemoAgencySettings): Promise<RunningAgency> {
  const app = agencyApp(settings)
  const server = app.listen(settings.port, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: settings.publicUrl || `http://localhost:${port}`,
    close: async () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

function agencyApp(settings: DemoAgencySettings): Koa {
  const { issuer, clientId, publicUrl, title = 'title_agency', canSign = false } = settings
  const own = { client_id: clientId, client_secret: settings.clientSecret }
  const window = connect(issuer, own, settings.auditor)
  const signing = signingService(issuer, () => window.config())
  const sessions = agencySessions()
  const verifyLogout = logoutTokens()
  const cookie = `${clientId}-session`
  const at = (path: string) => new URL(path, publicUrl)
  const isSecure = publicUrl.startsWith('https:')

  const sessionOf = (ctx: Context) => sessions.find(ctx.cookies.get(cookie))
  const lookOf = (ctx: Context, session?: AgencySession): Look => ({
    lang: session?.lang ?? languageOf(ctx),
    title,
  })

  /** With what is to be signed, where the window has level 4. */
  async function fullLookOf(ctx: Context, session?: AgencySession): Promise<Look> {
    const signsAt = canSign && (await signsThere(window)) ? issuer : undefined
    return { ...lookOf(ctx, session), signsAt }
  }

  function keep(ctx: Context, session: AgencySession): AgencySession {
    ctx.cookies.set(cookie, session.id, { httpOnly: true, sameSite: 'lax', secure: isSecure })
    return session
  }

  const ensure = (ctx: Context) => keep(ctx, sessionOf(ctx) ?? sessions.open(languageOf(ctx)))

  async function show(ctx: Context, page: Html): Promise<void> {
    ctx.type = 'html'
    ctx.body = String(await page)
  }

  function back(ctx: Context, session: AgencySession, notice?: Notice): void {
    session.notice = notice
    see(ctx, '/')
  }

  const router = new Router()

  router.get('/', async (ctx) => {
    const session = sessionOf(ctx)
    const look = await fullLookOf(ctx, session)
    const { signIn } = session ?? {}
    await show(ctx, session && signIn ? resultPage(look, session, signIn) : homePage(look, session))
    if (session) session.notice = undefined
  })

  /** The whole form also for somebody who is signed in: prompt=login, prompt=none, max_age. */
  router.get('/request', async (ctx) => {
    const session = sessionOf(ctx)
    await show(ctx, homePage(await fullLookOf(ctx, session), session))
  })

  router.get('/style.css', (ctx) => {
    ctx.type = 'css'
    ctx.set('Cache-Control', 'public, max-age=3600')
    ctx.body = styleSheet
  })

  router.get('/health', (ctx) => {
    ctx.body = { status: 'ok' }
  })

  router.get('/language', (ctx) => {
    ensure(ctx).lang = ctx.query['to'] === 'en' ? 'en' : 'fa'
    see(ctx, '/')
  })

  router.post('/sign-in', async (ctx) => {
    await leaveFor(ctx, readForm(await readFormBody(ctx)))
  })

  router.post('/sign', async (ctx) => {
    const what = (await readFormBody(ctx)).get('what')
    const session = ensure(ctx)
    try {
      const toBeSigned = await signing.toBeSigned(what === 'lease' ? 'lease' : 'transfer')
      const form = readForm(new URLSearchParams({ level: '4', ui_locales: session.lang }))
      await leaveFor(ctx, { ...form, toBeSigned })
    } catch (error) {
      back(ctx, session, noticeOf(error))
    }
  })

  /** The signed document, or the signature of a transaction, for the citizen who signed it. */
  router.get('/signed', async (ctx) => {
    const session = ensure(ctx)
    const request = signedRequest(session.signIn)
    if (request === undefined)
      return back(ctx, session, { kind: 'bad', key: 'error_not_signed_in' })
    try {
      const { type, disposition, body } = await signing.fetch(request)
      ctx.set('Content-Disposition', disposition)
      ctx.type = type
      ctx.body = body
    } catch (error) {
      back(ctx, session, noticeOf(error))
    }
  })

  async function leaveFor(ctx: Context, form: SignInForm): Promise<void> {
    const session = ensure(ctx)
    try {
      const { url, pending } = await startSignIn(await window.config(), form, at('/callback').href)
      Object.assign(session, { pending, notice: undefined, endedByWindow: undefined })
      see(ctx, url.href)
    } catch (error) {
      back(ctx, session, noticeOf(error))
    }
  }

  router.get('/callback', async (ctx) => {
    const session = sessionOf(ctx)
    const pending = session?.pending
    if (session === undefined || pending === undefined) {
      return back(ctx, ensure(ctx), { kind: 'bad', key: 'error_no_pending' })
    }
    session.pending = undefined
    try {
      const signIn = await finishSignIn(await window.config(), at(ctx.url), pending)
      const renewed = keep(ctx, sessions.renew(session))
      renewed.signIn = signIn
      back(ctx, renewed)
    } catch (error) {
      back(ctx, session, noticeOf(error))
    }
  })

  /** The acts of somebody who is signed in: each ends with a word on what happened. */
  const acts: Readonly<Record<string, (session: AgencySession) => Promise<Notice>>> = {
    '/introspect': async (session) => {
      const auditor = await window.auditor()
      if (!auditor || !session.signIn) return { kind: 'bad', key: 'error_no_auditor' }
      const introspection = await client.tokenIntrospection(auditor, session.signIn.accessToken)
      session.signIn = { ...session.signIn, introspection }
      return { kind: 'good', key: 'introspected' }
    },
    '/refresh': async (session) => {
      if (!session.signIn?.refreshToken) return { kind: 'bad', key: 'error_no_refresh_token' }
      session.signIn = await refreshSignIn(await window.config(), session.signIn)
      return { kind: 'good', key: 'refreshed' }
    },
    '/revoke': async (session) => {
      const { accessToken, refreshToken } = session.signIn ?? {}
      const config = await window.config()
      for (const token of [refreshToken, accessToken]) {
        if (token) await client.tokenRevocation(config, token)
      }
      return { kind: 'good', key: 'revoked' }
    },
  }

  for (const [path, act] of Object.entries(acts)) {
    router.post(path, async (ctx) => {
      const session = ensure(ctx)
      if (!session.signIn) return back(ctx, session, { kind: 'bad', key: 'error_not_signed_in' })
      back(ctx, session, await act(session).catch(noticeOf))
    })
  }

  router.post('/sign-out', async (ctx) => {
    const session = ensure(ctx)
    const { signIn } = session
    if (!signIn) return back(ctx, session, { kind: 'bad', key: 'error_not_signed_in' })
    try {
      const state = client.randomState()
      const url = client.buildEndSessionUrl(await window.config(), {
        id_token_hint: signIn.idToken,
        post_logout_redirect_uri: at('/signed-out').href,
        state,
      })
      session.leaving = { sid: signIn.claims['sid'], sub: signIn.claims.sub, state }
      session.signIn = undefined
      see(ctx, url.href)
    } catch (error) {
      back(ctx, session, noticeOf(error))
    }
  })

  router.get('/signed-out', (ctx) => {
    const session = ensure(ctx)
    const isOurs = session.leaving !== undefined && ctx.query['state'] === session.leaving.state
    session.leaving = undefined
    back(ctx, session, isOurs ? { kind: 'good', key: 'signed_out' } : undefined)
  })

  /** OpenID Connect Back-Channel Logout 1.0 section 2.8: 200 when done, 400 when the token is bad. */
  router.post('/backchannel-logout', async (ctx) => {
    const token = (await readFormBody(ctx)).get('logout_token') ?? ''
    try {
      const { jwks_uri: jwksUri = '' } = (await window.config()).serverMetadata()
      const message = await verifyLogout(token, { issuer, jwksUri, clientId })
      sessions.end(message, new Date().toISOString())
      ctx.status = 200
      ctx.body = ''
    } catch {
      ctx.status = 400
      ctx.body = { error: 'invalid_request' }
    }
  })

  const app = new Koa()
  app.use(securityHeaders(issuer))
  app.use(async (ctx, next) => {
    if (ctx.method === 'POST' && isFromElsewhere(ctx)) {
      ctx.status = 403
      ctx.body = { error: 'forbidden' }
      return
    }
    await next()
    if (ctx.status === 404 && !ctx.body) {
      await show(
        ctx,
        homePage(lookOf(ctx), {
          id: '',
          lang: 'fa',
          notice: { kind: 'bad', key: 'error_not_found' },
        }),
      )
      ctx.status = 404
    }
  })
  app.use(router.routes())
  app.on('error', (error: Error) => process.stderr.write(`demo agency: ${error.message}\n`))
  return app
}

/** RFC 9110 section 15.4.4. */
function see(ctx: Context, to: string): void {
  ctx.redirect(to)
  ctx.status = 303
}

function languageOf(ctx: Context): Lang {
  return ctx.acceptsLanguages('fa', 'en') === 'en' ? 'en' : 'fa'
}
