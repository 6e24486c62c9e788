import { setTimeout as pause } from 'node:timers/promises'
import { Declined, NotDecidedYet, PanjerehError, UpstreamUnavailable } from '../../src/errors.ts'
import type {
  CertificateAuthority,
  CertificateProfile,
} from '../../src/ports/certificate-authority.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { RevocationReason } from '../../src/ports/revocation-checker.ts'
import { readCertificateBag } from '../../src/signing/cms/read-signed-data.ts'
import { Malformed } from '../../src/signing/der/malformed.ts'
import { policiesOf } from '../../src/signing/x509/certificate-extensions.ts'
import { readableCertificate, type Certificate } from '../../src/signing/x509/certificate.ts'
import { readCertificateRequest } from '../../src/signing/x509/read-request.ts'
import { chainOf } from './chain.ts'
import { caller, type Received, type Sent } from './request.ts'
import type { EstSettings } from './settings.ts'

const ISSUERS_MS = 3_600_000
const SHORTEST_WAIT_MS = 1_000
const PKCS10 = 'application/pkcs10'

/** Enrolment over Secure Transport (RFC 7030). The standard has no revocation: that is one POST of
 *  `{"certificate": base64 DER, "reason": …}` to an address of the operator's, which stands before whatever the
 *  authority has (its own interface, CMP); 200 to 204 is yes, and so is 409, "revoked already". */
export function est(
  settings: EstSettings,
  { clock }: { readonly clock: Clock },
): CertificateAuthority {
  const call = caller(settings)
  const { waitMs, revocationUrl } = settings
  const issuers = new Map<
    string,
    { readonly list: readonly Certificate[]; readonly until: number }
  >()

  async function knownIssuers(base: string): Promise<readonly Certificate[]> {
    const known = issuers.get(base)
    if (known !== undefined && known.until > clock.now()) return known.list
    const answer = await call({ url: `${base}/cacerts`, isAuthorised: false })
    if (answer.status !== 200) throw failed('the certificates of the authority', answer)
    const list = bag(answer)
    issuers.set(base, { list, until: clock.now() + ISSUERS_MS })
    return list
  }

  /** Until the authority has decided: HTTP 202 asks for the very same request again (section 4.2.3). */
  async function decided(sent: Sent): Promise<Received> {
    const end = clock.now() + waitMs
    for (;;) {
      const answer = await call(sent)
      if (answer.status !== 202) return answer
      const wait = Math.max(SHORTEST_WAIT_MS, (answer.retryAfter ?? 5) * 1000)
      if (clock.now() + wait > end) throw new NotDecidedYet('ca', Math.ceil(wait / 1000))
      await pause(wait)
    }
  }

  async function revoke(certificate: Uint8Array, reason: RevocationReason): Promise<void> {
    if (revocationUrl === undefined) {
      const message = 'this authority has no revocationUrl, and EST cannot revoke: set one'
      throw new PanjerehError('config_invalid', message)
    }
    const body = JSON.stringify({
      certificate: Buffer.from(certificate).toString('base64'),
      reason,
    })
    const type = 'application/json'
    const answer = await call({
      url: revocationUrl,
      type,
      body,
      isAuthorised: true,
    })
    if (!REVOKED.includes(answer.status)) throw failed('the revocation', answer)
  }

  /** What nobody asked for is not left in the world. */
  async function underPolicy(own: Certificate): Promise<void> {
    const { sealPolicy } = settings
    if (sealPolicy === undefined || isUnder(own, sealPolicy)) return
    await revoke(own.der, 'cessation_of_operation').catch(() => undefined)
    throw unavailable(`the certificate of the seal is not under the policy ${sealPolicy}`)
  }

  return {
    async enrol(request, profile = 'signature') {
      const { publicKey } = readCertificateRequest(request)
      const base = addressFor(settings, profile)
      const known = await knownIssuers(base)
      const body = Buffer.from(request).toString('base64')
      const to = `${base}/simpleenroll`
      const answer = await decided({
        url: to,
        type: PKCS10,
        body,
        isAuthorised: true,
      })
      if (DECLINED.includes(answer.status)) {
        throw new Declined('ca', `the request: HTTP ${answer.status}`)
      }
      if (answer.status !== 200) throw failed('the request', answer)
      const issued = bag(answer)
      const own = issued.find((one) => one.publicKeyInfo.equals(publicKey))
      if (own === undefined) throw unavailable('the certificate is not for the key of the request')
      if (profile === 'seal') await underPolicy(own)
      return chainOf(own, [...issued, ...known]).map(({ der }) => der)
    },
    revoke,
  }
}

function isUnder(certificate: Certificate, policy: string): boolean {
  try {
    return policiesOf(certificate).includes(policy)
  } catch (error) {
    if (error instanceof Malformed) return false
    throw error
  }
}

/** Authorities tell their profiles apart by the label in the path, or by the name in the request. */
function addressFor({ url, label, sealLabel }: EstSettings, profile: CertificateProfile): string {
  const own = profile === 'seal' ? (sealLabel ?? label) : label
  return [url.replace(/\/$/, ''), '.well-known/est', ...(own ? [own] : [])].join('/')
}

/** Not: no or a wrong password (401), too slow (408), too often (429). */
const DECLINED = [400, 403, 409, 410, 422]
const REVOKED = [200, 201, 202, 204, 409]

/** Base64 of a SignedData that carries certificates alone (section 4.2.3). */
function bag({ body }: Received): readonly Certificate[] {
  try {
    const der = Buffer.from(body.toString('ascii'), 'base64')
    return readCertificateBag(der).flatMap((one) => readableCertificate(Buffer.from(one)) ?? [])
  } catch (cause) {
    if (cause instanceof Malformed) throw unavailable(cause.message)
    throw cause
  }
}

function failed(what: string, { status }: Received): UpstreamUnavailable {
  return unavailable(`${what}: HTTP ${status}`)
}

const unavailable = (why: string) => new UpstreamUnavailable('ca', why)
