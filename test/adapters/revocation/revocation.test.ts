import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { revocationChecker, RevocationSettings } from '../../../adapters/revocation/index.ts'
import type { KeptCall } from '../../../adapters/http/kept-call.ts'
import { random } from '../../../adapters/system/random.ts'
import type { FaultKind } from '../../../sandbox/pki/faults.ts'
import { revocationEvidence } from '../../../src/signing/revocation-evidence.ts'
import { readCertificate } from '../../../src/signing/x509/certificate.ts'
import { addresses, made } from '../../support/made-certificates.ts'
import { sandboxPki, type SandboxPki } from '../../support/sandbox-pki.ts'

let world: SandboxPki
let issuing: Buffer
let person: Uint8Array
beforeAll(async () => {
  world = await sandboxPki()
  issuing = await world.der('/issuing.crt')
})
afterAll(() => world.close())
beforeEach(async () => {
  await world.reset()
  person = (await world.enrolled()).certificate
  await world.reset()
})

/** The real time, and what is added to it. */
function movingClock() {
  let ahead = 0
  return { now: () => Date.now() + ahead, later: (ms: number) => void (ahead += ms) }
}

function checker(more: object = {}, clock = movingClock(), call?: KeptCall) {
  return revocationChecker(RevocationSettings.parse(more), { clock, random, call })
}

describe('the state of a certificate', () => {
  it('comes by OCSP, with bytes that others can check', async () => {
    const status = await checker().check(person, issuing)
    expect(status).toMatchObject({ status: 'good', source: 'ocsp' })
    const evidence = revocationEvidence({
      certificate: readCertificate(person),
      issuer: readCertificate(issuing),
      at: Date.now(),
      ocsps: [status.der],
      crls: [],
    })
    expect(evidence).toMatchObject({ kind: 'answer', status: 'good' })
    expect(await world.calls()).toMatchObject({ ocsp: 1, crl: 0 })
  })

  it('revoked is revoked, by either way', async () => {
    await world.revoke(person, 'key_compromise')
    expect(await checker().check(person, issuing)).toMatchObject({
      status: 'revoked',
      source: 'ocsp',
      revokedAt: expect.any(Number),
    })
    await world.fault('ocsp', 'down')
    expect(await checker().check(person, issuing)).toMatchObject({
      status: 'revoked',
      source: 'crl',
    })
  })

  it('with a nonce, when the operator wants one', async () => {
    expect(await checker({ nonce: true }).check(person, issuing)).toMatchObject({ status: 'good' })
  })
})

const BROKEN: readonly FaultKind[] = [
  'down',
  'malformed',
  'huge',
  'expired',
  'unauthorized',
  'try_later',
  'hang',
  'unknown',
]

describe.each(BROKEN)('a responder that is broken: %s', (kind) => {
  it('has the list in its place', async () => {
    await world.fault('ocsp', kind)
    const status = await checker({ ocspMs: 300 }).check(person, issuing)
    expect(status).toMatchObject({ status: 'good', source: 'crl' })
  })
})

describe('when nobody says anything', () => {
  it.each(['down', 'malformed', 'expired', 'hang'] as const)(
    'it is an outage: %s',
    async (kind) => {
      await world.fault('all', kind)
      const checking = checker({ deadlineMs: 700, ocspMs: 300 }).check(person, issuing)
      await expect(checking).rejects.toMatchObject({ code: 'upstream_unavailable' })
    },
  )

  it('unknown stays unknown, and is asked again', async () => {
    await world.fault('ocsp', 'unknown')
    await world.fault('crl', 'down')
    const own = checker()
    expect(await own.check(person, issuing)).toMatchObject({ status: 'unknown' })
    await world.fault('ocsp', 'none')
    expect(await own.check(person, issuing)).toMatchObject({ status: 'good' })
  })

  it('a list that is larger than allowed is not taken', async () => {
    await world.fault('ocsp', 'down')
    await world.fault('crl', 'huge')
    const checking = checker({ maxCrlBytes: 4096 }).check(person, issuing)
    await expect(checking).rejects.toMatchObject({ code: 'upstream_unavailable' })
  })

  it('a certificate that names nobody to ask is an outage, too', async () => {
    const ca = made({ name: 'CA' })
    const own = made({ name: 'Own', issuer: ca })
    await expect(checker().check(own.der, ca.der)).rejects.toMatchObject({
      code: 'upstream_unavailable',
    })
  })
})

describe('addresses', () => {
  const ca = made({ name: 'CA' })

  it('that are of no web are not asked, and each kind at most so many times', async () => {
    const asked: string[] = []
    const call: KeptCall = async ({ url }) => {
      asked.push(url)
      return { status: 500, headers: {}, body: Buffer.alloc(0) }
    }
    const many = Array.from({ length: 40 }, (_, n) => `http://b${n}.invalid/`)
    const ocsp = ['file:///etc/passwd', 'ldap://x/', 'no address', ...many]
    const own = made({ name: 'Own', issuer: ca, extensions: addresses({ ocsp, crl: many }) })
    await expect(checker({}, movingClock(), call).check(own.der, ca.der)).rejects.toThrow()
    expect(asked).toEqual([...many.slice(0, 3), ...many.slice(0, 3)])
  })
})

describe('answers are remembered', () => {
  it('until the end of the time that they are kept, and each is asked once at a time', async () => {
    const clock = movingClock()
    const own = checker({ rememberSeconds: 60 }, clock)
    await Promise.all(Array.from({ length: 20 }, () => own.check(person, issuing)))
    await own.check(person, issuing)
    expect(await world.calls()).toMatchObject({ ocsp: 1 })
    clock.later(61_000)
    await own.check(person, issuing)
    expect(await world.calls()).toMatchObject({ ocsp: 2 })
  })

  it('but not past their own end', async () => {
    const clock = movingClock()
    const own = checker({ rememberSeconds: 86_400 }, clock)
    const { nextUpdate = 0 } = await own.check(person, issuing)
    clock.later(nextUpdate - Date.now() + 1_000)
    await world.fault('all', 'down')
    await expect(own.check(person, issuing)).rejects.toMatchObject({ code: 'upstream_unavailable' })
  })

  it('and asked again when somebody wants to know what was said since', async () => {
    const own = checker()
    const { thisUpdate } = await own.check(person, issuing)
    await own.check(person, issuing, thisUpdate)
    expect(await world.calls()).toMatchObject({ ocsp: 1 })
    await own.check(person, issuing, thisUpdate + 1)
    expect(await world.calls()).toMatchObject({ ocsp: 2 })
  })

  it('lists, too: one for all certificates', async () => {
    await world.fault('ocsp', 'down')
    const other = (await world.enrolled()).certificate
    const own = checker()
    await own.check(person, issuing)
    await own.check(other, issuing)
    expect(await world.calls()).toMatchObject({ crl: 1 })
  })

  it('an outage is not remembered', async () => {
    const own = checker()
    await world.fault('all', 'down')
    await expect(own.check(person, issuing)).rejects.toThrow()
    await world.fault('all', 'none')
    expect(await own.check(person, issuing)).toMatchObject({ status: 'good' })
  })
})
