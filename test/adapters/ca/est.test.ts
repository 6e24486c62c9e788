import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { est } from '../../../adapters/ca/est.ts'
import { EstSettings } from '../../../adapters/ca/settings.ts'
import { clock } from '../../../adapters/system/clock.ts'
import { certificatePath } from '../../../src/signing/certificate-path.ts'
import { Malformed } from '../../../src/signing/der/malformed.ts'
import { certificateRequest } from '../../../src/signing/x509/certificate-request.ts'
import { policiesOf } from '../../../src/signing/x509/certificate-extensions.ts'
import { readCertificate } from '../../../src/signing/x509/certificate.ts'
import { attributeOf } from '../../../src/signing/x509/name.ts'
import { OID } from '../../../src/signing/x509/oids.ts'
import { organizationSubject, personSubject } from '../../../src/signing/x509/subject-name.ts'
import { made } from '../../support/made-certificates.ts'
import { sandboxPki, type SandboxPki } from '../../support/sandbox-pki.ts'

let world: SandboxPki
let root: Buffer
beforeAll(async () => {
  world = await sandboxPki()
  root = await world.der('/root.crt')
})
afterAll(() => world.close())
afterEach(() => world.reset())

const basic = { kind: 'basic', user: 'sandbox', password: 'sandbox' }
function authority(more: object = {}) {
  const settings = EstSettings.parse({
    kind: 'est',
    url: world.url,
    authorization: basic,
    revocationUrl: `${world.url}/revocations`,
    requestMs: 1_000,
    ...more,
  })
  return est(settings, { clock })
}

async function request() {
  const own = made({ name: 'x' })
  const name = { givenName: 'رضا', familyName: 'آزمایشی', number: '9990000026' }
  const { publicKeyInfo } = own.certificate
  return {
    publicKeyInfo,
    der: await certificateRequest(personSubject(name), publicKeyInfo, own.signer()),
  }
}

describe('enrolment by EST', () => {
  it('brings a chain for this key and this name, which leads to the anchor', async () => {
    const { der, publicKeyInfo } = await request()
    const [own, ...issuers] = await authority().enrol(der)
    const certificate = readCertificate(own ?? Buffer.alloc(0))
    expect(certificate.publicKeyInfo).toEqual(publicKeyInfo)
    expect(attributeOf(certificate.subject, OID.commonName)).toBe('رضا آزمایشی')
    expect(attributeOf(certificate.subject, OID.serialNumber)).toBe('PNOIR-9990000026')
    expect(issuers.some((one) => Buffer.from(one).equals(root))).toBe(false)
    const query = { certificate: certificate.der, pool: issuers, anchors: [root] }
    expect(certificatePath({ ...query, at: Date.now(), purpose: 'signing' }).kind).toBe('path')
  })

  it('has certificates of seals issued under their own label and policy', async () => {
    const own = made({ name: 'x' })
    const subject = organizationSubject({ name: 'سازمان نمونه', number: '14000000134' })
    const der = await certificateRequest(subject, own.certificate.publicKeyInfo, own.signer())
    const sealing = (sealPolicy: string) => authority({ sealLabel: 'seals', sealPolicy })
    const [issued] = await sealing('2.999.364.3').enrol(der, 'seal')
    const certificate = readCertificate(issued ?? Buffer.alloc(0))
    expect(policiesOf(certificate)).toEqual(['2.999.364.3'])
    await expect(sealing('2.999.364.4').enrol(der, 'seal')).rejects.toThrow('2.999.364.4')
    // That one was taken back, and people's are not asked for a policy of seals.
    const all = (await (await fetch(`${world.url}/issued`)).json()) as { revokedAt?: number }[]
    expect(all.filter(({ revokedAt }) => revokedAt !== undefined)).toHaveLength(1)
    await expect(sealing('2.999.364.4').enrol((await request()).der)).resolves.toHaveLength(2)
    // A label that leads nowhere is no authority.
    await expect(authority({ sealLabel: 'none' }).enrol(der, 'seal')).rejects.toThrow('HTTP 404')
  })

  it('waits for an authority that wants to think about it, and not longer than allowed', async () => {
    await world.fault('est', 'pending')
    const { der } = await request()
    await expect(authority({ waitMs: 10_000 }).enrol(der)).resolves.toHaveLength(2)
    await world.reset()
    await world.fault('est', 'pending')
    await expect(authority({ waitMs: 500 }).enrol((await request()).der)).rejects.toThrow(
      'not decided yet',
    )
  })

  it.each(['down', 'malformed', 'huge', 'rejected', 'hang'] as const)(
    'an authority that is %s is an outage',
    async (kind) => {
      const own = authority()
      await own.enrol((await request()).der)
      await world.fault('est', kind)
      await expect(own.enrol((await request()).der)).rejects.toMatchObject({
        code: 'upstream_unavailable',
      })
    },
  )

  it('a wrong password is told apart by its status, and is not in the message', async () => {
    const wrong = { authorization: { ...basic, password: 'hunter2' } }
    const failure = await authority(wrong)
      .enrol((await request()).der)
      .then(String, String)
    expect(failure).toContain('HTTP 401')
    expect(failure).not.toContain('hunter2')
  })

  it('what is no request goes nowhere', async () => {
    await expect(authority().enrol(Buffer.from('no'))).rejects.toThrow(Malformed)
    expect((await world.calls())['est']).toBe(0)
  })

  it.each(['http://ca.example', 'ftp://ca.example', 'ca.example'])(
    'is spoken over TLS, and not to %s',
    (url) => {
      expect(EstSettings.safeParse({ kind: 'est', url }).success).toBe(false)
    },
  )
})

describe('revocation', () => {
  it('is done where the operator says, and may be said again', async () => {
    const [own] = await authority().enrol((await request()).der)
    const certificate = own ?? Buffer.alloc(0)
    await authority().revoke(certificate, 'key_compromise')
    await authority().revoke(certificate, 'key_compromise')
    const issued = (await (await fetch(`${world.url}/issued`)).json()) as { reason?: number }[]
    expect(issued.at(-1)).toMatchObject({ reason: 1, revokedAt: expect.any(Number) })
  })

  it('that cannot be done is not passed over', async () => {
    const [own] = await authority().enrol((await request()).der)
    const certificate = own ?? Buffer.alloc(0)
    const none = authority({ revocationUrl: undefined })
    await expect(none.revoke(certificate, 'superseded')).rejects.toMatchObject({
      code: 'config_invalid',
    })
    const stranger = made({ name: 'Stranger' }).der
    await expect(authority().revoke(stranger, 'superseded')).rejects.toMatchObject({
      code: 'upstream_unavailable',
    })
  })
})
