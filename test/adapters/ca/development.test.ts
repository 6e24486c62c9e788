import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { developmentAuthority } from '../../../adapters/ca/development.ts'
import { secretBox } from '../../../adapters/crypto/secret-box.ts'
import { clock } from '../../../adapters/system/clock.ts'
import { random } from '../../../adapters/system/random.ts'
import { certificatePath } from '../../../src/signing/certificate-path.ts'
import { revocationEvidence } from '../../../src/signing/revocation-evidence.ts'
import { certificateRequest } from '../../../src/signing/x509/certificate-request.ts'
import { readCertificate } from '../../../src/signing/x509/certificate.ts'
import { personSubject } from '../../../src/signing/x509/subject-name.ts'
import { made } from '../../support/made-certificates.ts'
import { opensslBench, pem } from '../../support/openssl.ts'
import { requires } from '../../support/skips.ts'

let home: string
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'panjereh-ca-'))
})
afterAll(() => rm(home, { recursive: true }))

const secrets = secretBox({
  keys: [{ id: 'k1', key: randomBytes(32) }],
  lookupKey: randomBytes(32),
})
const opened = (name: string, box = secrets) =>
  developmentAuthority({ file: join(home, name), secrets: box, clock, random })

async function request() {
  const own = made({ name: 'x' })
  const name = personSubject({ givenName: 'مینا', familyName: 'نمونه', number: '9990000034' })
  return certificateRequest(name, own.certificate.publicKeyInfo, own.signer())
}

describe('the development authority', () => {
  it('issues certificates that lead to its anchor', async () => {
    const authority = await opened('issue.json')
    const [own = Buffer.alloc(0), ...pool] = await authority.enrol(await request())
    const query = { certificate: own, pool, anchors: authority.anchors, at: Date.now() }
    expect(certificatePath({ ...query, purpose: 'signing' }).kind).toBe('path')
    expect(certificatePath({ ...query, purpose: 'timestamping' }).kind).toBe('refused')
  })

  it('says who is good, with a list that others can check', async () => {
    const authority = await opened('check.json')
    const [own = Buffer.alloc(0), issuer = Buffer.alloc(0)] = await authority.enrol(await request())
    const status = await authority.check(own, issuer)
    expect(status).toMatchObject({ status: 'good', source: 'crl' })
    const question = { certificate: readCertificate(own), issuer: readCertificate(issuer) }
    const evidence = (der: Uint8Array) =>
      revocationEvidence({ ...question, at: Date.now(), ocsps: [], crls: [der] })
    expect(evidence(status.der)).toMatchObject({ status: 'good' })
    await authority.revoke(own, 'key_compromise')
    await authority.revoke(own, 'key_compromise')
    const after = await authority.check(own, issuer)
    expect(after).toMatchObject({ status: 'revoked' })
    expect(evidence(after.der)).toMatchObject({ status: 'revoked', reason: 'key_compromise' })
    expect(await authority.check(issuer, authority.anchors[0] ?? issuer)).toMatchObject({
      status: 'good',
    })
  })

  it('is the same one after a restart, and remembers', async () => {
    const first = await opened('again.json')
    const [own = Buffer.alloc(0), issuer = Buffer.alloc(0)] = await first.enrol(await request())
    await first.revoke(own, 'superseded')
    const second = await opened('again.json')
    expect(second.anchors).toEqual(first.anchors)
    expect(await second.check(own, issuer)).toMatchObject({ status: 'revoked' })
  })

  it('knows nothing of certificates that it did not issue', async () => {
    const authority = await opened('own.json')
    const [, issuer = Buffer.alloc(0)] = await authority.enrol(await request())
    const stranger = made({ name: 'Stranger' }).der
    await expect(authority.revoke(stranger, 'superseded')).rejects.toMatchObject({
      code: 'state_conflict',
    })
    await expect(authority.check(stranger, issuer)).rejects.toMatchObject({
      code: 'state_conflict',
    })
  })

  it('has its keys sealed, and a damaged file is not replaced by a new authority', async () => {
    await opened('sealed.json')
    const file = join(home, 'sealed.json')
    expect((await stat(file)).mode & 0o077).toBe(0)
    expect(await readFile(file, 'utf8')).not.toContain('MIGHAgEAMBMGByqGSM49')
    const box = secretBox({
      keys: [{ id: 'k1', key: randomBytes(32) }],
      lookupKey: randomBytes(32),
    })
    await expect(opened('sealed.json', box)).rejects.toMatchObject({
      code: 'sealed_data_unreadable',
    })
    await writeFile(file, '{}')
    await expect(opened('sealed.json')).rejects.toMatchObject({ code: 'key_unavailable' })
  })

  requires('openssl')('openssl', () => {
    it('trusts it, lists and all', async () => {
      const authority = await opened('openssl.json')
      const [own = Buffer.alloc(0), issuer = Buffer.alloc(0)] = await authority.enrol(
        await request(),
      )
      const [root = Buffer.alloc(0)] = authority.anchors
      const lists = await Promise.all([authority.check(own, issuer), authority.check(issuer, root)])
      const bench = await opensslBench()
      await bench.put('root.pem', pem(root))
      await bench.put('issuing.pem', pem(issuer))
      await bench.put('own.pem', pem(own))
      await bench.put('lists.pem', lists.map(({ der }) => pem(der, 'X509 CRL')).join(''))
      const said = await bench.openssl(
        ...['verify', '-x509_strict', '-crl_check_all', '-CRLfile', 'lists.pem'],
        ...['-CAfile', 'root.pem', '-untrusted', 'issuing.pem', 'own.pem'],
      )
      await bench.close()
      expect(said).toMatchObject({ ok: true, text: expect.stringContaining('OK') })
    })
  })
})
