import { errors, type Adapter, type AdapterFactory, type AdapterPayload } from 'oidc-provider'
import type { ClientMetadata } from '../ports/client-store.ts'
import { CLIENT_POLICY } from './client-policy.ts'
import type { OidcPorts } from './settings.ts'

type Needs = Pick<OidcPorts, 'artifacts' | 'clients'>

/** oidc-provider's stores over our ports. `mostClients`: where registration ends. */
export function artifactAdapter(ports: Needs, mostClients = Infinity): AdapterFactory {
  const own: Readonly<Record<string, Adapter>> = {
    Client: clients(ports, mostClients),
    Interaction: interactions(artifacts(ports, 'Interaction')),
  }
  return (model) => own[model] ?? artifacts(ports, model)
}

function artifacts({ artifacts: store }: Needs, model: string): Adapter {
  return {
    async upsert(id, payload, ttl) {
      await store.put(model, id, payload, ttl)
      // oidc-provider looks a `jti` up and then keeps it: of several at once, all but one lose here.
      if (model !== 'ReplayDetection' || (await store.consume(model, id))) return
      throw new errors.InvalidRequest('the JWT was already used')
    },
    find: async (id) => await store.get(model, id),
    findByUid: async (uid) => await store.getBy(model, 'uid', uid),
    findByUserCode: async (code) => await store.getBy(model, 'userCode', code),
    destroy: (id) => store.remove(model, id),
    revokeByGrantId: (grantId) => store.revokeGrant(grantId),
    /** oidc-provider finds, checks, then consumes: of several at once, all but one lose here. */
    async consume(id) {
      if (await store.consume(model, id)) return
      if (model === 'PushedAuthorizationRequest') {
        throw new errors.InvalidRequestUri('the request_uri was already used')
      }
      throw new errors.InvalidGrant(`${model} was already used`)
    },
  }
}

/** An interaction names a grant and was not issued by it: it goes on when the grant is revoked, as when
 *  somebody else signs in where another was signed in. The store would find it by `grantId`. */
function interactions(inner: Adapter): Adapter {
  return {
    ...inner,
    async upsert(id, { grantId, ...payload }, expiresIn) {
      await inner.upsert(id, { ...payload, named: { grantId } }, expiresIn)
    },
    async find(id) {
      const found = await inner.find(id)
      if (!found) return undefined
      const { named, ...payload } = found as AdapterPayload & { named?: { grantId?: string } }
      return { ...payload, ...named }
    },
  }
}

function clients({ clients: store }: Needs, most: number): Adapter {
  const none = async () => undefined
  return {
    async upsert(id, payload) {
      const known = await store.find(id)
      if (known === undefined && (await store.count()) >= most) {
        throw new errors.TemporarilyUnavailable('no more clients are registered here')
      }
      await store.put({ ...givenByOperator(known), ...payload, client_id: id })
    },
    // oidc-provider writes into what it is given; the store's own is shared.
    find: async (id) => copyOf(await store.find(id)),
    destroy: (id) => store.remove(id),
    findByUid: none,
    findByUserCode: none,
    revokeByGrantId: none,
    consume: none,
  }
}

/** A client that changes its own metadata (RFC 7592) neither gains our policy nor sheds it. */
function givenByOperator(known: ClientMetadata = { client_id: '' }) {
  return Object.fromEntries(
    CLIENT_POLICY.filter((name) => name in known).map((name) => [name, known[name]]),
  )
}

function copyOf(known: ClientMetadata | undefined): ClientMetadata | undefined {
  return known && (JSON.parse(JSON.stringify(known)) as ClientMetadata)
}
