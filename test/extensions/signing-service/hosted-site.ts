import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { expect } from '@jest/globals'
import { signingRoutes } from '../../../src/extensions/signing-service/index.ts'
import { minimalPdf } from '../../signing/support/minimal-pdf.ts'
import { mounted, openService, PLAIN_NAMES } from './agency.ts'
import { described, routesOf } from './described.ts'

export const pdf = minimalPdf({})
export const PDF = { 'Content-Type': 'application/pdf' }
export const hex = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Record<string, unknown>
}

interface CallOptions {
  readonly token?: string
  readonly json?: unknown
  readonly body?: Buffer
  readonly headers?: Readonly<Record<string, string>>
}

/** The hosted flow over real stores, for two agencies. Every answer is held to its description. */
export async function openHosted() {
  const service = await openService()
  const description = described('signing.json')
  const { ports, bearer, inspector, bearers } = service
  bearers.set('agency', { clientId: 'agency', scopes: ['signing'] })
  bearers.set('other', { clientId: 'other', scopes: ['signing'] })
  bearers.set('reader', { clientId: 'agency', scopes: ['openid'] })
  bearers.set('person', { clientId: 'agency', subjectId: 'someone', scopes: ['signing'] })
  const router = signingRoutes({
    ...{ ports, bearer, inspector, subjects: PLAIN_NAMES, allowInside: false },
    limits: { documentBytes: 3 * 1024 * 1024, documents: 25 },
  })
  const { url, close } = await mounted(router)

  async function call(
    method: string,
    path: string,
    { token = 'agency', json, body, headers = {} }: CallOptions = {},
  ): Promise<Answer> {
    const answer = await fetch(`${url}/signing/v1${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${token}`,
        ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      body: json === undefined ? body && new Uint8Array(body) : JSON.stringify(json),
    })
    const text = await answer.text()
    const isJson = /json/.test(answer.headers.get('Content-Type') ?? '')
    const { status, headers: sent } = answer
    const given = isJson ? (JSON.parse(text) as Answer['body']) : { text }
    const type = sent.get('Content-Type') ?? ''
    const at = `/signing/v1${path.replace(/\?.*/, '')}`
    expect(description.faults(method, at, status, type, given)).toEqual([])
    return { status, headers: sent, body: given }
  }

  async function created(more: Record<string, unknown> = {}): Promise<string> {
    const json = { purpose: 'اجاره', ...more }
    const { status, body } = await call('POST', '/requests', { json })
    expect(status).toBe(201)
    return String(body['id'])
  }

  return {
    ...{ service, url, description, call, created },
    routes: routesOf(router),
    uploaded: (id: string, body = pdf, headers: Record<string, string> = {}) =>
      call('POST', `/requests/${id}/documents`, { body, headers: { ...PDF, ...headers } }),
    async eventsOf(id: string) {
      await ports.events.flush()
      const found = await ports.eventLog.list({ limit: 500 })
      return found.filter(({ detail }) => detail?.['request'] === id).map(({ type }) => type)
    },
    files: async () => (await readdir(service.directory)).length,
    async close() {
      await close()
      await service.close()
    },
  }
}

export type Hosted = Awaited<ReturnType<typeof openHosted>>
