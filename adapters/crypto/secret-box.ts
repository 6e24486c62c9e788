import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  randomFillSync,
} from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { PanjerehError } from '../../src/errors.ts'
import type { SecretBox } from '../../src/ports/secret-box.ts'

export interface SealingKey {
  /** Stands in every envelope: letters, digits, `_` and `-`. */
  readonly id: string
  /** 32 bytes. */
  readonly key: Uint8Array
}

export interface SecretBoxKeys {
  /** The first one seals; the others only open what was sealed before. */
  readonly keys: readonly SealingKey[]
  /** 32 bytes. Never rotates: look-ups by fingerprint would miss. */
  readonly lookupKey: Uint8Array
}

const CIPHER = 'aes-256-gcm'
const KEY_BYTES = 32
/** 96 random bits and a 128-bit tag: NIST SP 800-38D, section 8.2.2. */
const NONCE_BYTES = 12
const TAG_BYTES = 16
const VERSION = 'v1'
const KEY_ID = /^[A-Za-z0-9_-]{1,32}$/

/** AES-256-GCM envelopes, `v1.<key id>.<base64url(nonce | ciphertext | tag)>`. */
export function secretBox({ keys, lookupKey }: SecretBoxKeys): SecretBox {
  const ring = new Map(keys.map(({ id, key }) => [checkedId(id), imported(key, `key ${id}`)]))
  const lookup = imported(lookupKey, 'the look-up key')
  const current = keys[0]
  if (!current || ring.size !== keys.length) {
    throw new PanjerehError('key_unavailable', 'sealing needs at least one key, each id once')
  }
  const prefix = `${VERSION}.${current.id}.`
  const currentKey = keyOf(ring, current.id)

  return {
    seal: (plaintext, context) => prefix + sealed(currentKey, plaintext, context),
    open(envelope, context) {
      const [version, keyId, body, ...rest] = envelope.split('.')
      if (version !== VERSION || !keyId || !body || rest.length > 0) throw unreadable()
      return opened(keyOf(ring, keyId), body, context)
    },
    isStale: (envelope) => !envelope.startsWith(prefix),
    fingerprint: (value, purpose) =>
      createHmac('sha256', lookup).update(`${purpose}\0${value}`).digest('base64url'),
  }
}

function checkedId(id: string): string {
  if (KEY_ID.test(id)) return id
  throw new PanjerehError('key_unavailable', 'a sealing key has an id that no envelope can carry')
}

function imported(key: Uint8Array, name: string): KeyObject {
  if (key.length === KEY_BYTES) return createSecretKey(key)
  throw new PanjerehError('key_unavailable', `${name} must be ${KEY_BYTES} bytes long`)
}

function keyOf(ring: ReadonlyMap<string, KeyObject>, id: string): KeyObject {
  const key = ring.get(id)
  if (key) return key
  throw unreadable()
}

/** Nonces are no secrets: they are drawn by the page, which costs a fifth of drawing them one by one. */
const PAGE = Buffer.alloc(NONCE_BYTES * 512)
let drawn = PAGE.length

function nextNonce(): Buffer {
  if (drawn === PAGE.length) {
    randomFillSync(PAGE)
    drawn = 0
  }
  drawn += NONCE_BYTES
  return Buffer.from(PAGE.subarray(drawn - NONCE_BYTES, drawn))
}

function sealed(key: KeyObject, plaintext: string, context: string): string {
  const nonce = nextNonce()
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(Buffer.from(context, 'utf8'))
  const ciphertext = cipher.update(plaintext, 'utf8')
  return Buffer.concat([nonce, ciphertext, cipher.final(), cipher.getAuthTag()]).toString(
    'base64url',
  )
}

function opened(key: KeyObject, body: string, context: string): string {
  const bytes = Buffer.from(body, 'base64url')
  // Node skips what is not base64url: only the one canonical spelling is an envelope of ours.
  if (bytes.length < NONCE_BYTES + TAG_BYTES || bytes.toString('base64url') !== body) {
    throw unreadable()
  }
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  })
  decipher.setAAD(Buffer.from(context, 'utf8'))
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
  try {
    const head = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES))
    return Buffer.concat([head, decipher.final()]).toString('utf8')
  } catch (cause) {
    throw unreadable({ cause })
  }
}

function unreadable(options?: ErrorOptions): PanjerehError {
  return new PanjerehError(
    'sealed_data_unreadable',
    'sealed data cannot be opened: its key is not here, or it was changed or moved',
    options,
  )
}
