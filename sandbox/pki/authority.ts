import type { KeyObject } from 'node:crypto'
import {
  authority,
  authorityKeyId,
  certificate,
  crlAt,
  DAY_MS,
  extendedKeyUsage,
  informationAt,
  keyUsage,
  name,
  noCheck,
  policy,
  subjectKeyId,
  type Issuer,
} from './certificate.ts'
import { signingKey, type Algorithm, type SigningKey } from './keys.ts'
import { newSerialNumber, publicKeyOf, type Register } from './register.ts'

/** Policies of this authority alone, below the arc for examples (ITU-T X.660 section A.5). */
export const SIGNING_POLICY = '2.999.364.1'
export const STAMPING_POLICY = '2.999.364.2'
export const SEALING_POLICY = '2.999.364.3'

export interface Member extends Issuer {
  readonly der: Buffer
  readonly key: SigningKey
  readonly subject: Buffer
}

export interface Wanted {
  readonly subject: Buffer
  readonly publicKey: Buffer
  readonly days: number
  /** Object identifier. */
  readonly policy: string
}

export interface Authorities {
  readonly root: Member
  readonly issuing: Member
  readonly ocsp: Member
  /** Answers for the root, whose key lies in a safe; absent: the root answers itself. */
  readonly rootOcsp?: Member
  /** One that stamps, and one that must not: its certificate is for something else. */
  readonly tsa: Member
  readonly impostor: Member
  /** Certificates for those who enrol, under this policy. */
  issue(wanted: Wanted): Buffer
}

const NAMES = {
  root: name(['C', 'IR'], ['O', 'Panjereh Sandbox'], ['CN', 'مرکز ریشهٔ آزمایشی']),
  issuing: name(['C', 'IR'], ['O', 'Panjereh Sandbox'], ['CN', 'مرکز میانی آزمایشی']),
  ocsp: name(['C', 'IR'], ['O', 'Panjereh Sandbox'], ['CN', 'پاسخ‌گوی وضعیت گواهی آزمایشی']),
  rootOcsp: name(['C', 'IR'], ['O', 'Panjereh Sandbox'], ['CN', 'پاسخ‌گوی مرکز ریشهٔ آزمایشی']),
  tsa: name(['C', 'IR'], ['O', 'Panjereh Sandbox'], ['CN', 'مهر زمان آزمایشی']),
  impostor: name(['C', 'IR'], ['O', 'Panjereh Sandbox'], ['CN', 'مهر زمان بی‌اجازه']),
} as const
type Role = keyof typeof NAMES

const YEARS: Readonly<Record<Role, number>> = {
  root: 20,
  issuing: 10,
  ocsp: 3,
  rootOcsp: 3,
  tsa: 8,
  impostor: 8,
}

/** Root → issuing authority → OCSP responder, time-stamping authority, and people. */
export function authorities(
  book: Register,
  algorithm: Algorithm,
  url: string,
  { hasRootResponder = false }: { readonly hasRootResponder?: boolean } = {},
): Authorities {
  // Clocks differ: nobody shall find a certificate that is not valid yet.
  const notBefore = Date.now() - 3_600_000

  function member(role: Role, issuer: Member | undefined, extensions: readonly Buffer[]): Member {
    const subject = NAMES[role]
    const { key, der } = book.authority(role, algorithm, (fresh: KeyObject) => {
      const own = signingKey(fresh, publicKeyOf(fresh))
      const by: Issuer = issuer ?? { subject, key: own }
      return certificate(
        {
          serialNumber: newSerialNumber(),
          subject,
          publicKey: own.publicKey,
          notBefore,
          notAfter: notBefore + YEARS[role] * 365 * DAY_MS,
          extensions: [...extensions, subjectKeyId(own.publicKey), authorityKeyId(by.key)],
        },
        by,
      )
    })
    return { der, subject, key: signingKey(key, publicKeyOf(key)) }
  }

  const of = (issuer: 'root' | 'issuing') => [
    crlAt(`${url}/${issuer}.crl`),
    informationAt({ ocsp: `${url}/ocsp`, issuer: `${url}/${issuer}.crt` }),
  ]
  const root = member('root', undefined, [authority(), keyUsage(0x06)])
  const issuing = member('issuing', root, [authority(0), keyUsage(0x06), ...of('root')])
  const ocspRights = [keyUsage(0x80), extendedKeyUsage('1.3.6.1.5.5.7.3.9'), noCheck()]
  const tsaRights = [keyUsage(0x80), extendedKeyUsage('1.3.6.1.5.5.7.3.8'), ...of('issuing')]
  return {
    root,
    issuing,
    ocsp: member('ocsp', issuing, ocspRights),
    rootOcsp: hasRootResponder ? member('rootOcsp', root, ocspRights) : undefined,
    tsa: member('tsa', issuing, tsaRights),
    impostor: member('impostor', issuing, [keyUsage(0x80), ...of('issuing')]),
    issue: ({ subject, publicKey, days, policy: own }) =>
      certificate(
        {
          serialNumber: newSerialNumber(),
          subject,
          publicKey,
          notBefore: Date.now() - 60_000,
          notAfter: Date.now() + days * DAY_MS,
          extensions: [
            keyUsage(0x40),
            policy(own),
            ...of('issuing'),
            subjectKeyId(publicKey),
            authorityKeyId(issuing.key),
          ],
        },
        issuing,
      ),
  }
}
