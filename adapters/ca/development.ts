import { createPrivateKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { PanjerehError } from '../../src/errors.ts'
import type { CertificateAuthority } from '../../src/ports/certificate-authority.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { Random } from '../../src/ports/random.ts'
import type {
  RevocationChecker,
  RevocationReason,
  RevocationStatus,
} from '../../src/ports/revocation-checker.ts'
import type { SecretBox } from '../../src/ports/secret-box.ts'
import { oid, printableString, sequence, setOf, utf8String } from '../../src/signing/der/write.ts'
import { issuedBy, readCertificate, type Certificate } from '../../src/signing/x509/certificate.ts'
import { OID } from '../../src/signing/x509/oids.ts'
import { readCertificateRequest } from '../../src/signing/x509/read-request.ts'
import { issue, type Issuer } from './certificate.ts'
import { certificateList } from './crl.ts'
import {
  readDevelopmentFile,
  writeDevelopmentFile,
  type DevelopmentFile,
} from './development-file.ts'

export interface DevelopmentOptions {
  readonly file: string
  readonly secrets: SecretBox
  readonly clock: Clock
  readonly random: Random
  /** How long people's certificates are valid. */
  readonly days?: number
  /** Certificate policy of seals, dotted; one below the arc for examples (ITU-T X.660 section A.5) when unset. */
  readonly sealPolicy?: string
}

/** The authority, and what is known of its certificates: they name no address at which others could ask. */
export interface DevelopmentAuthority extends CertificateAuthority, RevocationChecker {
  /** DER: what a validator must be told to trust. */
  readonly anchors: readonly Uint8Array[]
}

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const YEAR_MS = 365 * DAY_MS
const REASONS: Readonly<Record<RevocationReason, number>> = {
  unspecified: 0,
  key_compromise: 1,
  affiliation_changed: 3,
  superseded: 4,
  cessation_of_operation: 5,
}
const SEAL_POLICY = '2.999.364.3'
const NAMES = { root: name('ریشهٔ توسعه'), issuing: name('مرکز صدور توسعه') } as const

function name(common: string): Buffer {
  const attribute = (type: string, value: Uint8Array) => setOf(sequence(oid(type), value))
  return sequence(
    attribute(OID.countryName, printableString('IR')),
    attribute(OID.organizationName, utf8String('Panjereh Development')),
    attribute(OID.commonName, utf8String(common)),
  )
}

/** An authority inside of the window, for one's own machine: no law knows it. Root and issuing authority are made at
 *  the first start. */
export async function developmentAuthority(
  options: DevelopmentOptions,
): Promise<DevelopmentAuthority> {
  const { file, clock, random, days = 365 } = options
  let state = (await readDevelopmentFile(file)) ?? (await created(options))
  const root = opened(state, 'root', options)
  const issuing = opened(state, 'issuing', options)
  let writing: Promise<void> = Promise.resolve()

  /** One change after the other; what is not on the disk has not happened. */
  function changed(change: (now: DevelopmentFile) => DevelopmentFile): Promise<void> {
    const next = writing.then(async () => {
      const after = change(state)
      if (after === state) return
      await writeDevelopmentFile(file, after)
      state = after
    })
    writing = next.catch(() => undefined)
    return next
  }

  return {
    anchors: [root.certificate.der],
    async enrol(request, profile = 'signature') {
      const { subject, publicKey } = readCertificateRequest(request)
      const now = clock.now()
      const der = await issue(
        {
          serialNumber: serialNumber(random),
          subject,
          publicKey,
          notBefore: now - 60_000,
          notAfter: now + days * DAY_MS,
          usages: ['nonRepudiation'],
          policies: profile === 'seal' ? [options.sealPolicy ?? SEAL_POLICY] : [],
        },
        issuing.issuer,
      )
      return [der, issuing.certificate.der]
    },
    async revoke(certificate, reason) {
      const own = issuedHere(readCertificate(certificate), issuing.certificate)
      const serial = own.serialNumber.toString('hex')
      await changed((now) =>
        now.revoked.some((one) => one.serialNumber === serial)
          ? now
          : {
              ...now,
              crlNumber: now.crlNumber + 1,
              revoked: [
                ...now.revoked,
                { serialNumber: serial, at: clock.now(), reason: REASONS[reason] },
              ],
            },
      )
    },
    async check(certificate, issuer) {
      const by = [issuing, root].find((one) => one.certificate.der.equals(issuer))
      if (by === undefined) throw notOurs()
      const own = issuedHere(readCertificate(certificate), by.certificate)
      return statusOf(own, by.issuer, by === root ? { ...state, revoked: [] } : state, clock.now())
    },
  }
}

async function statusOf(
  { serialNumber: serial }: Certificate,
  issuer: Issuer,
  { revoked, crlNumber }: DevelopmentFile,
  now: number,
): Promise<RevocationStatus> {
  // Whole seconds, as they stand in the list.
  const thisUpdate = Math.floor(now / 1000) * 1000
  const nextUpdate = thisUpdate + HOUR_MS
  const der = await certificateList(issuer, { revoked, number: crlNumber, thisUpdate, nextUpdate })
  const entry = revoked.find((one) => one.serialNumber === serial.toString('hex'))
  const common = { source: 'crl', der, certificates: [], thisUpdate, nextUpdate } as const
  return entry === undefined
    ? { ...common, status: 'good' }
    : { ...common, status: 'revoked', revokedAt: entry.at }
}

function issuedHere(certificate: Certificate, issuer: Certificate): Certificate {
  if (issuedBy(certificate, issuer) === 'valid') return certificate
  throw notOurs()
}

const notOurs = () =>
  new PanjerehError('state_conflict', 'the development authority did not issue this certificate')

/** 127 random bits, neither zero nor negative (RFC 5280 section 4.1.2.2). */
function serialNumber(random: Random): Uint8Array {
  const octets = Uint8Array.from(random.bytes(16))
  octets[0] = ((octets[0] ?? 0) & 0x7f) | 0x40
  return octets
}

const CONTEXT = 'development-ca'

async function created(options: DevelopmentOptions): Promise<DevelopmentFile> {
  const { file, secrets, random } = options
  const notBefore = options.clock.now() - HOUR_MS
  const [rootKey, issuingKey] = [newKey(), newKey()]
  const root = issuerOf(NAMES.root, rootKey)
  const template = (subject: Buffer, key: KeyPair, pathLength: number) => ({
    serialNumber: serialNumber(random),
    subject,
    publicKey: key.publicKey,
    notBefore,
    notAfter: notBefore + 10 * YEAR_MS,
    usages: ['keyCertSign', 'crlSign'] as const,
    pathLength,
  })
  const kept = (role: Role, certificate: Buffer, { privateKey }: KeyPair) => ({
    certificate: certificate.toString('base64'),
    sealedKey: secrets.seal(
      privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
      `${CONTEXT}:${role}`,
    ),
  })
  const content: DevelopmentFile = {
    format: 'panjereh-development-ca-1',
    root: kept('root', await issue(template(NAMES.root, rootKey, 1), root), rootKey),
    issuing: kept('issuing', await issue(template(NAMES.issuing, issuingKey, 0), root), issuingKey),
    revoked: [],
    crlNumber: 1,
  }
  await writeDevelopmentFile(file, content)
  return content
}

type Role = 'root' | 'issuing'

interface KeyPair {
  readonly publicKey: Buffer
  readonly privateKey: KeyObject
}

function newKey(): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { publicKey: publicKey.export({ type: 'spki', format: 'der' }), privateKey }
}

function issuerOf(subject: Uint8Array, { publicKey, privateKey }: KeyPair): Issuer {
  const signer = {
    alg: 'ES256',
    sign: async (data: Uint8Array) => sign('sha256', data, privateKey),
  } as const
  return { name: subject, publicKey, signer }
}

function opened(state: DevelopmentFile, role: Role, { secrets }: DevelopmentOptions) {
  const { certificate: encoded, sealedKey } = state[role]
  const certificate = readCertificate(Buffer.from(encoded, 'base64'))
  const pkcs8 = Buffer.from(secrets.open(sealedKey, `${CONTEXT}:${role}`), 'base64')
  const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
  const key = { publicKey: certificate.publicKeyInfo, privateKey }
  return { certificate, issuer: issuerOf(certificate.subject, key) }
}
