import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { readTimestampResponse, timestampRequest } from '../../src/signing/cms/timestamp-token.ts'
import { readCertificate } from '../../src/signing/x509/certificate.ts'
import { ocspRequest } from '../../src/signing/x509/ocsp.ts'
import { opensslBench, pem, type Bench } from '../support/openssl.ts'
import { sandboxPki, type SandboxPki } from '../support/sandbox-pki.ts'
import { requires } from '../support/skips.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()

async function asked(world: SandboxPki, path: string, body: Uint8Array) {
  const answer = await fetch(`${world.url}${path}`, { method: 'POST', body: new Uint8Array(body) })
  return Buffer.from(await answer.arrayBuffer())
}

requires('openssl').each(['P-256', 'RSA-3072'] as const)(
  'the sample authority, %s',
  (algorithm) => {
    let world: SandboxPki
    let bench: Bench
    let person: Buffer
    const chain = ['-CAfile', 'root.pem', '-untrusted', 'issuing.pem']

    beforeAll(async () => {
      world = await sandboxPki({ algorithm })
      bench = await opensslBench()
      person = Buffer.from((await world.enrolled()).certificate)
      await bench.put('root.pem', await (await fetch(`${world.url}/trust.pem`)).text())
      await bench.put('issuing.pem', pem(await world.der('/issuing.crt')))
      await bench.put('person.pem', pem(person))
    })
    afterAll(async () => {
      await world.close()
      await bench.close()
    })

    async function lists(): Promise<void> {
      const [one, other] = await Promise.all([world.der('/root.crl'), world.der('/issuing.crl')])
      await bench.put('lists.pem', pem(one, 'X509 CRL') + pem(other, 'X509 CRL'))
    }
    const checked = () =>
      bench.openssl('verify', '-crl_check_all', '-CRLfile', 'lists.pem', ...chain, 'person.pem')

    it('issues certificates that openssl trusts, with lists for all of them', async () => {
      await lists()
      expect(await checked()).toMatchObject({ ok: true, text: expect.stringContaining('OK') })
    })

    it('answers by OCSP as openssl wants it', async () => {
      const { ok, text } = await bench.openssl(
        ...['ocsp', '-issuer', 'issuing.pem', '-cert', 'person.pem'],
        ...['-url', `${world.url}/ocsp`, '-CAfile', 'root.pem', '-resp_text'],
      )
      expect({ ok, text }).toMatchObject({
        ok: true,
        text: expect.stringContaining('person.pem: good'),
      })
      expect(text).toMatch(/Response verify OK/i)
      expect(text).toContain('OCSP No Check')
      expect(text).toContain('OCSP Nonce')
    })

    it('stamps as openssl wants it', async () => {
      await bench.put('content', 'what is stamped')
      await bench.openssl(
        'ts',
        '-query',
        '-data',
        'content',
        '-sha256',
        '-cert',
        '-out',
        'query.tsq',
      )
      const query = timestampRequest({
        digest: { algorithm: 'SHA-256', value: sha256(Buffer.from('what is stamped')) },
        nonce: Buffer.from('0123456789abcdef', 'hex'),
      })
      await bench.put('own.tsq', query)
      await bench.put('reply.tsr', await asked(world, '/tsa', query))
      const verified = await bench.openssl(
        ...['ts', '-verify', '-queryfile', 'own.tsq', '-in', 'reply.tsr', ...chain],
      )
      expect(verified).toMatchObject({
        ok: true,
        text: expect.stringContaining('Verification: OK'),
      })
      const other = await bench.openssl(
        ...['ts', '-verify', '-queryfile', 'query.tsq', '-in', 'reply.tsr', ...chain],
      )
      expect(other.ok).toBe(false)
    })

    it('writes whole seconds, sorted sets, a critical purpose, and the number of the list', async () => {
      const query = timestampRequest({ digest: { algorithm: 'SHA-256', value: Buffer.alloc(32) } })
      const answer = readTimestampResponse(await asked(world, '/tsa', query))
      const token = answer.kind === 'granted' ? answer.token : Buffer.alloc(0)
      const issuing = await world.der('/issuing.crt')
      const request = ocspRequest(readCertificate(person), readCertificate(issuing))
      const pieces = {
        token,
        ocsp: await asked(world, '/ocsp', request),
        list: await world.der('/issuing.crl'),
        person,
      }
      for (const [name, der] of Object.entries(pieces)) {
        await bench.put(`${name}.der`, der)
        const { text } = await bench.openssl('asn1parse', '-inform', 'DER', '-in', `${name}.der`)
        expect(text).not.toMatch(/(UTC|GENERALIZED)TIME\s*:.*[.,]/)
      }
      const { text } = await bench.openssl(
        'crl',
        '-inform',
        'DER',
        '-in',
        'list.der',
        '-noout',
        '-text',
      )
      expect(text).toMatch(/CRL Number/)
      expect(text).toMatch(/Authority Key Identifier/)
      await bench.openssl(
        'pkcs7',
        '-inform',
        'DER',
        '-in',
        'token.der',
        '-print_certs',
        '-out',
        'tsa.pem',
      )
      const stamping = await bench.openssl(
        'pkcs7',
        '-inform',
        'DER',
        '-in',
        'token.der',
        '-print_certs',
        '-text',
        '-noout',
      )
      expect(stamping.text).toMatch(/Extended Key Usage: critical\s+Time Stamping/)
    })

    it('takes a certificate back at once, in OCSP and in the list', async () => {
      expect((await world.revoke(person, 'superseded')).status).toBe(200)
      expect((await world.revoke(person, 'key_compromise')).status).toBe(200)
      const { text } = await bench.openssl(
        ...['ocsp', '-issuer', 'issuing.pem', '-cert', 'person.pem', '-no_nonce'],
        ...['-url', `${world.url}/ocsp`, '-CAfile', 'root.pem'],
      )
      expect(text).toMatch(/revoked[^]*superseded/i)
      await lists()
      expect(await checked()).toMatchObject({ ok: false, text: expect.stringContaining('revoked') })
    })
  },
)

describe('the sample authority', () => {
  let world: SandboxPki
  beforeAll(async () => {
    world = await sandboxPki()
  })
  afterAll(() => world.close())

  it('enrols nobody without the password, and nothing that is no request', async () => {
    const enrol = (authorization: string, body: string) =>
      fetch(`${world.url}/.well-known/est/simpleenroll`, {
        method: 'POST',
        headers: { authorization },
        body,
      })
    expect((await enrol('', 'AAAA')).status).toBe(401)
    expect((await enrol('Basic eDp5', 'AAAA')).status).toBe(401)
    const allowed = `Basic ${Buffer.from('sandbox:sandbox').toString('base64')}`
    expect((await enrol(allowed, 'AAAA')).status).toBe(400)
  })

  it('answers nonsense as the standards say', async () => {
    const nonsense = Buffer.from('nonsense')
    expect((await asked(world, '/ocsp', nonsense)).toString('hex')).toBe('30030a0101')
    expect(readTimestampResponse(await asked(world, '/tsa', nonsense))).toMatchObject({
      kind: 'refused',
      status: 2,
    })
  })

  it('has a page in both languages', async () => {
    await world.enrolled()
    const page = (lang: string) => fetch(`${world.url}/?lang=${lang}`).then((one) => one.text())
    expect(await page('fa')).toContain('سارا نمونه‌زاده')
    expect(await page('en')).toContain('Certificates that were issued')
  })

  it('keeps its keys, its people and its lists over a restart', async () => {
    const home = await mkdtemp(join(tmpdir(), 'panjereh-pki-'))
    const file = join(home, 'pki.json')
    const first = await sandboxPki({ file })
    const { certificate } = await first.enrolled()
    await first.revoke(certificate)
    const root = await first.der('/root.crt')
    await first.close()
    const second = await sandboxPki({ file })
    expect(await second.der('/root.crt')).toEqual(root)
    const issued = (await (await fetch(`${second.url}/issued`)).json()) as { revokedAt?: number }[]
    expect(issued).toEqual([expect.objectContaining({ revokedAt: expect.any(Number) })])
    await second.close()
    await rm(home, { recursive: true })
  })
})
