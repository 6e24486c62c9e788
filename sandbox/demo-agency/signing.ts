import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as client from 'openid-client'

/** What a citizen is asked to sign here. */
export const SIGNED = ['transfer', 'lease'] as const
export type Signed = (typeof SIGNED)[number]

/** RFC 9396; for documents the request that the window made of them. */
export interface ToBeSigned {
  readonly details: readonly object[]
  readonly request?: string
}

export interface SignedFile {
  readonly type: string
  readonly disposition: string
  readonly body: Buffer
}

const LEASE = join(import.meta.dirname, 'lease.pdf')
const TRANSFER = {
  type: 'ir.transaction',
  text: 'انتقال ۱۲٬۵۰۰٬۰۰۰ ریال\nبه حساب IR06 0960 0000 0010 0324 2000 01\nبابت اجارهٔ مهر ۱۴۰۵',
  ref: '1405-77231',
}

/** `no_seal`, of which there is no other way to ask. */
const NO_SEAL = 409

async function good(answer: Response): Promise<Response> {
  if (answer.ok) return answer
  throw new Error(`signing service: ${answer.status} ${await answer.text()}`)
}

/** The window's signing service, as an agency's server uses it (docs/signing-service.md of the window). */
export function signingService(issuer: string, config: () => Promise<client.Configuration>) {
  const at = (path: string) => new URL(`/signing/v1/requests${path}`, issuer)

  /** An agency's own token: about no citizen. */
  async function token(): Promise<string> {
    const connection = await config()
    const { issuer: resource } = connection.serverMetadata()
    const wanted = { scope: 'signing', resource }
    return (await client.clientCredentialsGrant(connection, wanted)).access_token
  }

  async function called(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers)
    headers.set('authorization', `Bearer ${await token()}`)
    const signal = AbortSignal.timeout(20_000)
    return fetch(at(path), { ...init, headers, signal })
  }

  async function call(path: string, init?: RequestInit): Promise<Response> {
    return good(await called(path, init))
  }

  /** With the agency's own seal after the tenant, where the window's operator has made it one. */
  async function request(seal?: { readonly order: 'after' }): Promise<Response> {
    const answer = await called('', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        purpose: 'اجاره‌نامهٔ ۱۴۰۵/۱۲',
        profile: 'B-LTA',
        appearance: { page: -1, left: 25, top: 110, width: 80, height: 30 },
        seal,
      }),
    })
    return seal !== undefined && answer.status === NO_SEAL ? request() : good(answer)
  }

  async function lease(): Promise<ToBeSigned> {
    const made = await request({ order: 'after' })
    const { id } = (await made.json()) as { id: string }
    const pdf = await readFile(LEASE)
    await call(`/${id}/documents`, {
      method: 'POST',
      headers: {
        'content-type': 'application/pdf',
        'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent('اجاره‌نامه.pdf')}`,
        'content-digest': `sha-256=:${createHash('sha256').update(pdf).digest('base64')}:`,
      },
      body: new Uint8Array(pdf),
    })
    const ready = await call(`/${id}/ready`, { method: 'POST' })
    const { authorization_details: details } = (await ready.json()) as {
      authorization_details: readonly object[]
    }
    return { details, request: id }
  }

  return {
    toBeSigned: (what: Signed): Promise<ToBeSigned> =>
      what === 'lease' ? lease() : Promise.resolve({ details: [TRANSFER] }),

    /** The first signed document of a request; of a transaction the signature itself. */
    async fetch(request: string): Promise<SignedFile> {
      const answer = await call(`/${encodeURIComponent(request)}/documents/1`)
      return {
        type: answer.headers.get('content-type') ?? 'application/octet-stream',
        disposition: answer.headers.get('content-disposition') ?? 'attachment',
        body: Buffer.from(await answer.arrayBuffer()),
      }
    },
  }
}
