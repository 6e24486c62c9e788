import { pki, type PkiOptions } from '../../sandbox/pki/main.ts'
import type { Fault } from '../../sandbox/pki/faults.ts'
import { readCertificateBag } from '../../src/signing/cms/read-signed-data.ts'
import { certificateRequest } from '../../src/signing/x509/certificate-request.ts'
import { personSubject } from '../../src/signing/x509/subject-name.ts'
import { made } from './made-certificates.ts'

export const CREDENTIALS = `Basic ${Buffer.from('sandbox:sandbox').toString('base64')}`

/** The sample authority, as its neighbours see it. */
export async function sandboxPki(options: Partial<PkiOptions> = {}) {
  const running = await pki({ port: 0, ...options })
  const { url } = running
  const post = (path: string, body: unknown) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: CREDENTIALS },
      body: JSON.stringify(body),
    })
  return {
    url,
    close: () => running.close(),
    post,
    async der(path: string) {
      return Buffer.from(await (await fetch(`${url}${path}`)).arrayBuffer())
    },
    async fault(service: Fault['service'], kind: Fault['kind'], seconds = 1) {
      await post('/faults', { service, kind, seconds })
    },
    reset: () => post('/reset', {}),
    async calls() {
      return (await (await fetch(`${url}/calls`)).json()) as Record<string, number>
    },
    async enrolled() {
      const own = made({ name: 'x' })
      const name = { givenName: 'سارا', familyName: 'نمونه‌زاده', number: '9990000018' }
      const { publicKeyInfo } = own.certificate
      const request = await certificateRequest(personSubject(name), publicKeyInfo, own.signer())
      const answer = await fetch(`${url}/.well-known/est/simpleenroll`, {
        method: 'POST',
        headers: { Authorization: CREDENTIALS, 'Content-Type': 'application/pkcs10' },
        body: Buffer.from(request).toString('base64'),
      })
      const [certificate] = readCertificateBag(Buffer.from(await answer.text(), 'base64'))
      if (certificate === undefined) throw new Error('nothing was issued')
      return { certificate, privateKey: own.privateKey }
    },
    revoke: (certificate: Uint8Array, reason = 'unspecified') =>
      post('/revocations', { certificate: Buffer.from(certificate).toString('base64'), reason }),
  }
}

export type SandboxPki = Awaited<ReturnType<typeof sandboxPki>>
