import { createHash } from 'node:crypto'
import { UpstreamUnavailable } from '../../src/errors.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { Random } from '../../src/ports/random.ts'
import type { RevocationChecker, RevocationStatus } from '../../src/ports/revocation-checker.ts'
import { Malformed } from '../../src/signing/der/malformed.ts'
import { crlUrlsOf, ocspUrlsOf } from '../../src/signing/x509/certificate-extensions.ts'
import { readCertificate, type Certificate } from '../../src/signing/x509/certificate.ts'
import { judgeCrl, readCrl, type Crl } from '../../src/signing/x509/crl.ts'
import { judgeOcsp } from '../../src/signing/x509/judge-ocsp.ts'
import { ocspRequest, readOcspResponse } from '../../src/signing/x509/ocsp.ts'
import type { RevocationAnswer } from '../../src/signing/x509/revocation.ts'
import { keptCall, type KeptCall } from '../http/kept-call.ts'
import { fetched, isWeb } from './fetch.ts'
import { memory } from './memory.ts'
import type { RevocationSettings } from './settings.ts'

export { RevocationSettings } from './settings.ts'

export interface RevocationNeeds {
  readonly clock: Clock
  readonly random: Random
  /** The addresses stand in certificates, which strangers may have written: before the internet, give one that
   *  does not reach inside. Default: the plain one. */
  readonly call?: KeptCall
}

interface Question {
  readonly certificate: Certificate
  readonly issuer: Certificate
  readonly signal: AbortSignal
  /** OCSP must leave some of the time to the list. */
  readonly ocspSignal: AbortSignal
}

const MAX_OCSP_BYTES = 64 * 1024
const MOST_URLS = 3
const MOST_LISTS = 20
const NONCE_BYTES = 32

/** Asks OCSP first (RFC 6960, by POST) and then the revocation list, within one deadline; remembers answers. */
export function revocationChecker(
  settings: RevocationSettings,
  needs: RevocationNeeds,
): RevocationChecker {
  const { clock, random, call = keptCall({ isRepeatable: true }) } = needs
  const answers = memory<RevocationStatus>(needs, settings.rememberAtMost)
  const lists = memory<{ crl: Crl; der: Buffer }>(needs, MOST_LISTS)
  const until = (nextUpdate: number | undefined) =>
    Math.min(nextUpdate ?? Infinity, clock.now() + settings.rememberSeconds * 1000)

  async function byOcsp(question: Question, url: string): Promise<RevocationStatus> {
    const { certificate, issuer, ocspSignal: signal } = question
    const nonce = settings.nonce ? random.bytes(NONCE_BYTES) : undefined
    const der = await fetched(call, {
      url,
      ocspRequest: ocspRequest(certificate, issuer, nonce),
      signal,
      maxBytes: MAX_OCSP_BYTES,
    })
    const response = readOcspResponse(der)
    if (response === undefined) throw new UpstreamUnavailable('ocsp', 'the responder has no answer')
    const now = clock.now()
    return statusOf('ocsp', der, judgeOcsp(response, { certificate, issuer, at: now, now, nonce }))
  }

  async function byCrl(question: Question, url: string): Promise<RevocationStatus> {
    const { crl, der } = lists.find(url) ?? (await lists.once(url, () => list(url, question)))
    const now = clock.now()
    return statusOf('crl', der, judgeCrl(crl, { ...question, at: now, now }))
  }

  async function list(url: string, { signal, issuer, certificate }: Question) {
    const der = await fetched(call, { url, signal, maxBytes: settings.maxCrlBytes })
    const crl = readCrl(der)
    // A list that does not even hold now must not stand in the way of the next one.
    const now = clock.now()
    const answer = judgeCrl(crl, { certificate, issuer, at: now, now })
    return { value: { crl, der }, until: answer.kind === 'unusable' ? 0 : until(crl.nextUpdate) }
  }

  async function asked(question: Question): Promise<RevocationStatus> {
    const { certificate } = question
    const ways = [
      ...ocspUrlsOf(certificate).map((url) => ({ url, ask: byOcsp })),
      ...crlUrlsOf(certificate).map((url) => ({ url, ask: byCrl })),
    ].filter(({ url }) => isWeb(url))
    const faults: unknown[] = []
    let unknown: RevocationStatus | undefined
    for (const { url, ask } of firstOf(ways)) {
      try {
        const status = await ask(question, url)
        if (status.status !== 'unknown') return status
        unknown ??= status
      } catch (error) {
        if (!(error instanceof Malformed || error instanceof UpstreamUnavailable)) throw error
        faults.push(error)
      }
    }
    if (unknown !== undefined) return unknown
    throw new UpstreamUnavailable('revocation', 'nobody said anything that can be used', {
      cause: new AggregateError(faults),
    })
  }

  return {
    async check(certificate, issuer, since = -Infinity) {
      const key = createHash('sha256').update(issuer).update(certificate).digest('base64')
      const known = answers.find(key)
      if (known !== undefined && known.thisUpdate >= since) return known
      return answers.once(key, async () => {
        const value = await asked({
          certificate: readCertificate(certificate),
          issuer: readCertificate(issuer),
          signal: AbortSignal.timeout(settings.deadlineMs),
          ocspSignal: AbortSignal.timeout(Math.min(settings.ocspMs, settings.deadlineMs)),
        })
        // Only what is good changes; `unknown` is asked again at once.
        return { value, until: value.status === 'unknown' ? 0 : until(value.nextUpdate) }
      })
    },
  }
}

/** Each kind of way at most so many times: certificates may name as many as they like. */
function firstOf<Way extends { ask: unknown }>(ways: readonly Way[]): readonly Way[] {
  return ways.filter(
    (way, index) => ways.slice(0, index).filter(({ ask }) => ask === way.ask).length < MOST_URLS,
  )
}

function statusOf(
  source: RevocationStatus['source'],
  der: Uint8Array,
  answer: RevocationAnswer,
): RevocationStatus {
  if (answer.kind === 'unusable') {
    throw new UpstreamUnavailable(source, `the answer cannot be used: ${answer.fault}`)
  }
  const { status, revokedAt, thisUpdate, nextUpdate, certificates } = answer
  return { status, revokedAt, source, der, certificates, thisUpdate, nextUpdate }
}
