import {
  createPrivateKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  type KeyObject,
} from 'node:crypto'

/** X.509 (RFC 5280) as far as tests of mTLS need it: P-256 keys, names and alternative names. */
export interface Certificate {
  /** PEM. */
  readonly cert: string
  readonly key: string
  /** Base64 DER, as `x5c` of RFC 7517 has it. */
  readonly x5c: string
}

export interface Subject {
  /** In the order of the certificate: country first. */
  readonly name: readonly (readonly [keyof typeof NAMES, string])[]
  readonly dns?: string
  readonly uri?: string
  readonly email?: string
  readonly ip?: string
}

export interface Authority {
  /** PEM. */
  readonly cert: string
  issue(subject: Subject): Certificate
}

const NAMES = { C: '2.5.4.6', O: '2.5.4.10', OU: '2.5.4.11', CN: '2.5.4.3' } as const
const ECDSA_SHA256 = '1.2.840.10045.4.3.2'
const BASIC_CONSTRAINTS = '2.5.29.19'
const ALTERNATIVE_NAME = '2.5.29.17'

export function certificateAuthority(): Authority {
  const own = newKey()
  // Several may be trusted at once: they are told apart by name.
  const name: Subject = { name: [['CN', `Test Authority ${randomBytes(4).toString('hex')}`]] }
  const root = certificate({
    subject: name,
    issuer: name,
    key: own,
    signer: own,
    isAuthority: true,
  })
  return {
    cert: root.cert,
    issue: (subject) => certificate({ subject, issuer: name, key: newKey(), signer: own }),
  }
}

export function selfSigned(subject: Subject): Certificate {
  const key = newKey()
  return certificate({ subject, issuer: subject, key, signer: key })
}

interface Making {
  readonly subject: Subject
  readonly issuer: Subject
  readonly key: KeyPair
  readonly signer: KeyPair
  readonly isAuthority?: boolean
}

interface KeyPair {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })

function certificate({ subject, issuer, key, signer, isAuthority = false }: Making): Certificate {
  const algorithm = sequence(oid(ECDSA_SHA256))
  const day = 86_400_000
  const validity = sequence(time(Date.now() - day), time(Date.now() + day))
  const body = sequence(
    tlv(0xa0, integer(2)),
    tlv(0x02, Buffer.concat([Buffer.from([1]), randomBytes(12)])),
    algorithm,
    distinguished(issuer),
    validity,
    distinguished(subject),
    key.publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(...extensions(subject, isAuthority))),
  )
  const der = sequence(body, algorithm, bits(sign('sha256', body, signer.privateKey)))
  return {
    cert: pem('CERTIFICATE', der),
    key: String(
      createPrivateKey(key.privateKey.export({ type: 'pkcs8', format: 'pem' })).export({
        type: 'pkcs8',
        format: 'pem',
      }),
    ),
    x5c: der.toString('base64'),
  }
}

/** GeneralName (section 4.2.1.6). */
function alternatives({ dns, uri, email, ip }: Subject): Buffer[] {
  return [
    ...(email ? [tlv(0x81, Buffer.from(email))] : []),
    ...(uri ? [tlv(0x86, Buffer.from(uri))] : []),
    ...(dns ? [tlv(0x82, Buffer.from(dns))] : []),
    ...(ip ? [tlv(0x87, Buffer.from(ip.split('.').map(Number)))] : []),
  ]
}

function extensions(subject: Subject, isAuthority: boolean): Buffer[] {
  const others = alternatives(subject)
  const extension = (id: string, value: Buffer) => sequence(oid(id), tlv(0x04, value))
  return [
    extension(
      BASIC_CONSTRAINTS,
      isAuthority ? sequence(tlv(0x01, Buffer.from([255]))) : sequence(),
    ),
    ...(others.length > 0 ? [extension(ALTERNATIVE_NAME, sequence(...others))] : []),
  ]
}

function distinguished({ name }: Subject): Buffer {
  return sequence(
    ...name.map(([kind, value]) =>
      tlv(0x31, sequence(oid(NAMES[kind]), tlv(kind === 'C' ? 0x13 : 0x0c, Buffer.from(value)))),
    ),
  )
}

const sequence = (...parts: readonly Buffer[]) => tlv(0x30, Buffer.concat(parts))
const integer = (value: number) => tlv(0x02, Buffer.from([value]))
const bits = (value: Buffer) => tlv(0x03, Buffer.concat([Buffer.from([0]), value]))
const time = (at: number) =>
  tlv(0x18, Buffer.from(new Date(at).toISOString().replace(/[-:T]|\.\d+/g, '')))

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return tlv(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}

function base128(value: number): number[] {
  const digits = [value & 127]
  for (let left = value >> 7; left > 0; left >>= 7) digits.unshift((left & 127) | 128)
  return digits
}

function tlv(tag: number, body: Buffer): Buffer {
  const size = body.length
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255]
  return Buffer.concat([Buffer.from([tag, ...length]), body])
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').replace(/.{64}/g, '$&\n').trimEnd()
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`
}
