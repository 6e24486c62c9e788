import { createHash, X509Certificate } from 'node:crypto'
import { expect } from '@jest/globals'
import { UpstreamUnavailable } from '../../../src/errors.ts'
import { cscRoutes, type Caller } from '../../../src/extensions/signing-service/index.ts'
import type { Digest } from '../../../src/ports/timestamp-authority.ts'
import { pdfWriterThreads } from '../../../src/signing/writer/threads.ts'
import { samWorld, type Person } from '../../signing/support/sam-world.ts'
import { mounted, openService } from './agency.ts'
import { described, routesOf } from './described.ts'

export const SHA256 = '2.16.840.1.101.3.4.2.1'
export const ECDSA = '1.2.840.10045.4.3.2'
const RSA = '1.2.840.113549.1.1.1'
export const DATA = Buffer.from('what the agency has prepared')
export const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()

/** CSC API v2 over a real activation module, with people, and tokens as level 4 gives them. Every answer is held to its
 *  description. */
export async function openCsc() {
  const [service, world] = await Promise.all([openService(), samWorld()])
  const description = described('csc.json')
  const writer = pdfWriterThreads()
  const stamps: (Digest & { readonly nonce?: Uint8Array })[] = []
  let isStampAway = false
  let last = 0
  const router = cscRoutes({
    ports: { ...world.ports, steps: service.ports.steps, limiter: service.ports.limiter },
    bearer: service.bearer,
    sam: world.sam,
    signing: {
      timestamps: {
        stamp: async (digest, nonce) => {
          if (isStampAway) throw new UpstreamUnavailable('tsa', 'away')
          stamps.push({ ...digest, ...(nonce ? { nonce } : {}) })
          return Buffer.from('30020500', 'hex')
        },
      },
      revocation: {
        check: async () => {
          throw new UpstreamUnavailable('ocsp', 'away')
        },
      },
      anchors: [],
      writer,
    },
    inspector: service.inspector,
    issuer: 'https://window.example',
    about: { name: 'Panjereh', logo: 'https://window.example/assets/icon.svg', region: 'IR' },
  })
  const { url, close } = await mounted(router)

  async function call(path: string, json: unknown, token = 'none') {
    const answer = await fetch(`${url}/csc/v2/${path}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(json),
    })
    const { status, headers } = answer
    expect(headers.has('WWW-Authenticate')).toBe(status === 401 || status === 403)
    const body = (await answer.json()) as Record<string, unknown>
    const type = headers.get('Content-Type') ?? ''
    expect(description.faults('POST', `/csc/v2/${path}`, status, type, body)).toEqual([])
    return { status, body }
  }

  function bearing(caller: Omit<Caller, 'clientId'> & { clientId?: string }): string {
    const token = `token-${++last}`
    service.bearers.set(token, { clientId: 'agency', ...caller })
    return token
  }

  /** A token as it comes out of level 4, over the SHA-256 of each of these. */
  async function activated(person: Person, ...bytes: readonly Uint8Array[]): Promise<string> {
    const activation = await world.activatedDigests(person, ...bytes)
    const detail = { type: 'credential', credentialID: person.credential.id, activation }
    return bearing({ subjectId: person.subjectId, scopes: [], details: [detail] })
  }

  return {
    ...{ service, world, url, description, stamps, call, bearing, activated },
    routes: routesOf(router),
    sara: await world.person(),
    /** Whose key signs finished hashes, too. */
    reza: await world.person('RS256'),
    looking: (person: Person) => bearing({ subjectId: person.subjectId, scopes: ['service'] }),
    stampsAreAway(away: boolean) {
      isStampAway = away
    },
    async close() {
      await close()
      await Promise.all([service.close(), world.close(), writer.close()])
    },
  }
}

export type Csc = Awaited<ReturnType<typeof openCsc>>

export const hashing = (person: Person, ...bytes: readonly Uint8Array[]) => ({
  credentialID: person.credential.id,
  hashes: bytes.map((one) => digestOf(one).toString('base64')),
  hashAlgorithmOID: SHA256,
  signAlgo: person.credential.alg === 'ES256' ? ECDSA : RSA,
})

export const publicKeyOf = ({ credential }: Person) =>
  new X509Certificate(credential.certificateChain[0] ?? Buffer.alloc(0)).publicKey

export const error = (code: string, description: RegExp) => ({
  error: code,
  error_description: expect.stringMatching(description) as unknown,
})
