import type { Client, KoaContextWithOIDC } from 'oidc-provider'
import type Provider from 'oidc-provider'
import type { EventType, ServiceEvent } from '../ports/event-sink.ts'
import type { OidcPorts } from './settings.ts'

/** Collects what oidc-provider says while it works on a request; the pipeline writes it before the
 *  answer goes out. */
export interface EventTap {
  note(ctx: KoaContextWithOIDC, type: EventType, about?: Partial<ServiceEvent>): void
  /** Durable when it resolves. Throws when the events could not be written: the act then fails. */
  write(ctx: object, requestId: string): Promise<void>
}

/** Written by the batch: machines talking to machines. */
const MACHINE: ReadonlySet<EventType> = new Set(['userinfo.read'])

export function eventTap({ clock, events }: Pick<OidcPorts, 'clock' | 'events'>): EventTap {
  const noted = new WeakMap<object, { event: ServiceEvent; isMachine: boolean }[]>()
  return {
    note(ctx, type, about = {}) {
      const list = noted.get(ctx.req) ?? []
      const isMachine = MACHINE.has(type) || about.detail?.['machine'] === true
      const event = { type, at: clock.now(), clientId: ctx.oidc.client?.clientId, ...about }
      noted.set(ctx.req, [...list, { event, isMachine }])
    },
    async write(req, requestId) {
      const list = noted.get(req) ?? []
      noted.delete(req)
      const acts = list.filter((one) => !one.isMachine)
      for (const { event, isMachine } of list)
        if (isMachine) events.enqueue({ ...event, requestId })
      if (acts.length > 0)
        await events.record(...acts.map(({ event }) => ({ ...event, requestId })))
    },
  }
}

const GRANT_EVENTS: Readonly<Record<string, EventType>> = {
  authorization_code: 'token.issued',
  'urn:ietf:params:oauth:grant-type:device_code': 'token.issued',
  refresh_token: 'token.refreshed',
  client_credentials: 'token.issued',
}

/** What oidc-provider answered with `server_error` itself, and nobody above it would ever see. */
export interface FaultState {
  fault?: unknown
}

export function listen(provider: Provider, tap: EventTap): void {
  provider.on('server_error', (ctx, error) => {
    ;(ctx.state as FaultState).fault = error
  })
  const subject = (ctx: KoaContextWithOIDC) =>
    ctx.oidc.session?.accountId ?? ctx.oidc.account?.accountId
  provider.on('authorization.success', (ctx) => {
    const detail = ctx.oidc.session?.acr ? { acr: ctx.oidc.session.acr } : undefined
    tap.note(ctx, 'sign_in.completed', { subjectId: subject(ctx), detail })
  })
  provider.on('authorization.error', (ctx, error) => {
    tap.note(ctx, 'sign_in.refused', { detail: { error: error.message } })
  })
  provider.on('grant.success', (ctx) => {
    const grantType = String(ctx.oidc.params?.['grant_type'])
    const type = GRANT_EVENTS[grantType] ?? 'token.issued'
    const machine = grantType === 'client_credentials'
    tap.note(ctx, type, { subjectId: ctx.oidc.account?.accountId, detail: { machine } })
  })
  provider.on('grant.revoked', (ctx) => {
    const isReuse = ctx.oidc.route === 'token'
    tap.note(ctx, isReuse ? 'token.reuse_detected' : 'token.revoked', { subjectId: subject(ctx) })
  })
  provider.on('end_session.success', (ctx) =>
    tap.note(ctx, 'session.ended', { subjectId: subject(ctx) }),
  )
  provider.on('registration_create.success', (ctx, client) =>
    tap.note(ctx, 'client.registered', { clientId: client.clientId }),
  )
  provider.on('registration_update.success', (ctx, client) =>
    tap.note(ctx, 'client.changed', { clientId: client.clientId }),
  )
  provider.on('registration_delete.success', (ctx, client) =>
    tap.note(ctx, 'client.removed', { clientId: client.clientId }),
  )
}

/** A token may be looked at by the client that it was issued to, by auditors and by resource servers. An
 *  auditor's look is itself an event about the person. Only tokens in force come here. */
export function mayIntrospect(
  tap: EventTap,
  ctx: KoaContextWithOIDC,
  client: Client,
  token: { clientId?: string; accountId?: string },
): boolean {
  const role = client['panjereh_role']
  const isOwner = token.clientId === client.clientId
  if (!isOwner && role !== 'auditor' && role !== 'resource_server') return false
  tap.note(ctx, 'token.introspected', {
    subjectId: token.accountId,
    clientId: token.clientId,
    actor: client.clientId,
    detail: { machine: role !== 'auditor' },
  })
  return true
}
