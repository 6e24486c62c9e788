import type { Grant, KoaContextWithOIDC } from 'oidc-provider'

interface ConsentResult {
  readonly consent?: { readonly grantId?: string }
  /** The grant for which it was chosen who is represented. */
  readonly select_account?: { readonly grantId?: string }
}

/** The grant of this session and client. A first-party service gets one without a page: the law is its
 *  ground, and what is passed on is shown in the citizen's own history. */
export async function existingGrant(ctx: KoaContextWithOIDC): Promise<Grant | undefined> {
  const { client, session, provider } = ctx.oidc
  if (client === undefined || session === undefined) return undefined
  const result = ctx.oidc.result as ConsentResult | undefined
  const settled = result?.select_account?.grantId ?? result?.consent?.grantId
  const grantId = settled ?? session.grantIdFor(client.clientId)
  const found = grantId ? await provider.Grant.find(grantId) : undefined
  const own = found?.accountId === session.accountId ? found : undefined
  // What was rejected beside an earlier signature is asked about again.
  if (settled === undefined && own?.rejected !== undefined) {
    delete own.rejected
    await own.save()
  }
  if (client['panjereh_first_party'] !== true) return own
  return widened(ctx, own)
}

async function widened(
  ctx: KoaContextWithOIDC,
  found: Grant | undefined,
): Promise<Grant | undefined> {
  const { client, session, provider, resourceServers } = ctx.oidc
  const grant =
    found ?? new provider.Grant({ accountId: session?.accountId, clientId: client?.clientId })
  const before = JSON.stringify(grant)
  grant.addOIDCScope([...ctx.oidc.requestParamOIDCScopes].join(' '))
  grant.addOIDCClaims([...ctx.oidc.requestParamClaims])
  for (const [resource, server] of Object.entries(resourceServers ?? {})) {
    const scopes = [...ctx.oidc.requestParamScopes].filter((scope) => server.scopes.has(scope))
    if (scopes.length > 0) grant.addResourceScope(resource, scopes.join(' '))
  }
  if (found === undefined || JSON.stringify(grant) !== before) await grant.save()
  return grant
}
