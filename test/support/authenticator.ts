import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

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
}

const FLAGS = { present: 0x01, verified: 0x04, eligible: 0x08, backedUp: 0x10, attested: 0x40 }
const sha256 = (data: Uint8Array | string) => createHash('sha256').update(data).digest()
const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')

/** A passkey in software (WebAuthn Level 3): ES256, attestation `none`. */
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
    const attested = Buffer.concat([Buffer.alloc(16), length, credentialId, coseKey(publicKey)])
    const data = authenticatorData(quirks, attested)
    return JSON.stringify({
      ...credential(quirks),
      response: {
        clientDataJSON: base64url(clientData('webauthn.create', challenge, quirks)),
        attestationObject: base64url(attestationObject(data)),
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

/** CBOR: {fmt: "none", attStmt: {}, authData}. */
function attestationObject(data: Buffer): Buffer {
  const text = (word: string) => Buffer.concat([Buffer.of(0x60 + word.length), Buffer.from(word)])
  return Buffer.concat([
    Buffer.of(0xa3),
    text('fmt'),
    text('none'),
    text('attStmt'),
    Buffer.of(0xa0),
    text('authData'),
    Buffer.of(0x58, data.length),
    data,
  ])
}
