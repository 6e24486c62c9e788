import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'

/** What an authenticator, or whoever stands between it and us, does differently. */
export interface Quirks {
  readonly challenge?: string
  readonly origin?: string
  readonly rpId?: string
  readonly type?: string
  /** Said to be inside of another's page. */
  readonly isFramed?: boolean
  readonly isVerified?: boolean
  readonly isPresent?: boolean
  readonly counter?: number
  readonly userHandle?: string
  readonly credentialId?: string
  /** Changes one bit of the signature. */
  readonly isForged?: boolean
}

export interface AuthenticatorOptions {
  readonly origin: string
  readonly rpId: string
  readonly isBackedUp?: boolean
  /** Authenticators that keep no counter always say 0. */
  readonly countsFrom?: number
  /** Absent: nobody vouches for it (`none`). */
  readonly attestation?: Attestation
}

/** WebAuthn Level 3, section 8.2 (`packed`). */
export interface Attestation {
  /** As a UUID. */
  readonly aaguid: string
  /** Absent: it vouches for itself. */
  readonly maker?: {
    /** DER, the one of the key first. */
    readonly chain: readonly Uint8Array[]
    /** P-256. */
    readonly privateKey: KeyObject
  }
}

const FLAGS = { present: 0x01, verified: 0x04, eligible: 0x08, backedUp: 0x10, attested: 0x40 }
const sha256 = (data: Uint8Array | string) => createHash('sha256').update(data).digest()
const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')

/** A passkey in software (WebAuthn Level 3): ES256, attestation `none` or `packed`. */
export function softwareAuthenticator(options: AuthenticatorOptions) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const credentialId = randomBytes(16)
  let counter = options.countsFrom ?? 0
  let userHandle = ''

  function authenticatorData(quirks: Quirks, attested?: Buffer): Buffer {
    const { isVerified = true, isPresent = true, rpId = options.rpId } = quirks
    const flags =
      (isPresent ? FLAGS.present : 0) |
      (isVerified ? FLAGS.verified : 0) |
      (options.isBackedUp ? FLAGS.eligible | FLAGS.backedUp : 0) |
      (attested ? FLAGS.attested : 0)
    const count = Buffer.alloc(4)
    count.writeUInt32BE(quirks.counter ?? counter)
    return Buffer.concat([sha256(rpId), Buffer.of(flags), count, attested ?? Buffer.alloc(0)])
  }

  function clientData(type: string, challenge: string, quirks: Quirks): Buffer {
    const { origin = options.origin } = quirks
    const told = { type: quirks.type ?? type, challenge: quirks.challenge ?? challenge, origin }
    return Buffer.from(JSON.stringify({ ...told, crossOrigin: quirks.isFramed ?? false }))
  }

  /** navigator.credentials.create, as toJSON() prints it. */
  function create(creation: string, quirks: Quirks = {}): string {
    const { challenge, user } = JSON.parse(creation) as { challenge: string; user: { id: string } }
    userHandle = user.id
    const length = Buffer.alloc(2)
    length.writeUInt16BE(credentialId.length)
    const aaguid = Buffer.from(options.attestation?.aaguid.replaceAll('-', '') ?? NOBODY, 'hex')
    const attested = Buffer.concat([aaguid, length, credentialId, coseKey(publicKey)])
    const data = authenticatorData(quirks, attested)
    const client = clientData('webauthn.create', challenge, quirks)
    return JSON.stringify({
      ...credential(quirks),
      response: {
        clientDataJSON: base64url(client),
        attestationObject: base64url(attestationObject(data, statement(data, client))),
        transports: ['internal'],
      },
    })
  }

  /** navigator.credentials.get, as toJSON() prints it. */
  function get(request: string, quirks: Quirks = {}): string {
    const { challenge } = JSON.parse(request) as { challenge: string }
    if (options.countsFrom !== undefined && quirks.counter === undefined) counter += 1
    const data = authenticatorData(quirks)
    const client = clientData('webauthn.get', challenge, quirks)
    const signature = sign('sha256', Buffer.concat([data, sha256(client)]), privateKey)
    if (quirks.isForged) signature.writeUInt8(signature.readUInt8(12) ^ 1, 12)
    return JSON.stringify({
      ...credential(quirks),
      response: {
        clientDataJSON: base64url(client),
        authenticatorData: base64url(data),
        signature: base64url(signature),
        userHandle: quirks.userHandle ?? userHandle,
      },
    })
  }

  function statement(data: Buffer, client: Buffer): Statement {
    if (options.attestation === undefined) return { format: 'none', members: [] }
    const { maker } = options.attestation
    const signed = Buffer.concat([data, sha256(client)])
    const members = [
      [text('alg'), Buffer.of(0x26)],
      [text('sig'), bytes(sign('sha256', signed, maker?.privateKey ?? privateKey))],
    ]
    if (maker === undefined) return { format: 'packed', members }
    const { chain } = maker
    const x5c = Buffer.concat([Buffer.of(0x80 + chain.length), ...chain.map(bytes)])
    return { format: 'packed', members: [...members, [text('x5c'), x5c]] }
  }

  function credential({ credentialId: other }: Quirks) {
    const id = other ?? base64url(credentialId)
    return { id, rawId: id, type: 'public-key', clientExtensionResults: {} }
  }

  return { create, get, credentialId: base64url(credentialId) }
}

export type SoftwareAuthenticator = ReturnType<typeof softwareAuthenticator>

/** COSE_Key (RFC 9053 section 7.1.1): EC2, ES256, P-256. */
function coseKey(key: ReturnType<typeof generateKeyPairSync>['publicKey']): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  return Buffer.concat([
    Buffer.from('a5010203262001215820', 'hex'),
    Buffer.from(x, 'base64url'),
    Buffer.from('225820', 'hex'),
    Buffer.from(y, 'base64url'),
  ])
}

interface Statement {
  readonly format: 'none' | 'packed'
  /** CBOR, names and values. */
  readonly members: readonly (readonly Buffer[])[]
}

const NOBODY = '0'.repeat(32)

/** CBOR (RFC 8949): a text of up to 23 letters, bytes of up to 65535. */
const text = (word: string) => Buffer.concat([Buffer.of(0x60 + word.length), Buffer.from(word)])
const bytes = (value: Uint8Array) =>
  Buffer.concat([Buffer.of(0x59, value.length >> 8, value.length & 255), value])

/** CBOR: {fmt, attStmt, authData}. */
function attestationObject(data: Buffer, { format, members }: Statement): Buffer {
  return Buffer.concat([
    Buffer.of(0xa3),
    ...[text('fmt'), text(format)],
    ...[text('attStmt'), Buffer.of(0xa0 + members.length), ...members.flat()],
    ...[text('authData'), bytes(data)],
  ])
}
