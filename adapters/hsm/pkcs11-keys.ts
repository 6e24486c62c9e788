import { createPublicKey } from 'node:crypto'
import type { SigningAlgorithm } from '../../src/ports/signer.ts'
import { only } from '../../src/signing/der/read.ts'
import { TAG } from '../../src/signing/der/tags.ts'
import { integer, sequence } from '../../src/signing/der/write.ts'
import { findKey, objectsOf, type Pkcs11, type Session } from './pkcs11-session.ts'

/** DER of the object identifier of P-256 (CKA_EC_PARAMS). */
const P256 = Buffer.from('06082a8648ce3d030107', 'hex')
const RSA_EXPONENT = Buffer.from([1, 0, 1])
/** DigestInfo of SHA-256 up to the hash (RFC 8017 section 9.2, note 1). */
const DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex')
const SALT = 32
const COORDINATE = 32

export interface NewKey {
  readonly alg: SigningAlgorithm
  readonly keyId: string
  readonly label: string
  readonly rsaBits: number
}

/** Makes a key pair that stays on the token, and answers its DER SubjectPublicKeyInfo. */
export function createKey(session: Session, { alg, keyId, label: words, rsaBits }: NewKey): Buffer {
  const { module, handle, constants: c } = session
  const id = { type: c.CKA_ID, value: Buffer.from(keyId, 'hex') }
  const label = { type: c.CKA_LABEL, value: `panjereh ${words}` }
  const isEc = alg === 'ES256'
  const kind = isEc
    ? [{ type: c.CKA_EC_PARAMS, value: P256 }]
    : [
        { type: c.CKA_MODULUS_BITS, value: rsaBits },
        { type: c.CKA_PUBLIC_EXPONENT, value: RSA_EXPONENT },
      ]
  const pair = module.C_GenerateKeyPair(
    handle,
    { mechanism: isEc ? c.CKM_EC_KEY_PAIR_GEN : c.CKM_RSA_PKCS_KEY_PAIR_GEN },
    [id, label, { type: c.CKA_TOKEN, value: true }, { type: c.CKA_VERIFY, value: true }, ...kind],
    [
      id,
      label,
      { type: c.CKA_TOKEN, value: true },
      { type: c.CKA_PRIVATE, value: true },
      { type: c.CKA_SENSITIVE, value: true },
      { type: c.CKA_EXTRACTABLE, value: false },
      { type: c.CKA_SIGN, value: true },
    ],
  )
  if (!isKept(session, pair.privateKey)) {
    destroyKey(session, keyId)
    throw new Error('the module makes keys that can be taken out of it: it cannot be used')
  }
  return isEc ? ecPublicKey(session, pair.publicKey) : rsaPublicKey(session, pair.publicKey)
}

/** What was asked for is what was made: sensitive, and never extractable. */
function isKept({ module, handle, constants: c }: Session, key: Buffer): boolean {
  const [sensitive, extractable, never] = module.C_GetAttributeValue(handle, key, [
    { type: c.CKA_SENSITIVE },
    { type: c.CKA_EXTRACTABLE },
    { type: c.CKA_NEVER_EXTRACTABLE },
  ])
  const says = (attribute: { value?: unknown } | undefined) =>
    Buffer.isBuffer(attribute?.value) && attribute.value[0] === 1
  return says(sensitive) && !says(extractable) && says(never)
}

function attributes({ module, handle }: Session, key: Buffer, types: readonly number[]) {
  return module
    .C_GetAttributeValue(
      handle,
      key,
      types.map((type) => ({ type })),
    )
    .map(({ value }) => (Buffer.isBuffer(value) ? value : Buffer.alloc(0)))
}

function ecPublicKey(session: Session, key: Buffer): Buffer {
  const [point = Buffer.alloc(0)] = attributes(session, key, [session.constants.CKA_EC_POINT])
  // An OCTET STRING around the point (PKCS#11 3.0 section 2.3.3); some older modules give the point alone.
  const isWrapped = point[0] === TAG.octetString && point.length === 2 * COORDINATE + 3
  const bare = isWrapped ? only(point, TAG.octetString).content : point
  const coordinate = (from: number) => bare.subarray(from, from + COORDINATE).toString('base64url')
  const jwk = { kty: 'EC', crv: 'P-256', x: coordinate(1), y: coordinate(1 + COORDINATE) }
  return createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'der' })
}

function rsaPublicKey(session: Session, key: Buffer): Buffer {
  const { CKA_MODULUS, CKA_PUBLIC_EXPONENT } = session.constants
  const [n = Buffer.alloc(0), e = Buffer.alloc(0)] = attributes(session, key, [
    CKA_MODULUS,
    CKA_PUBLIC_EXPONENT,
  ])
  const jwk = { kty: 'RSA', n: n.toString('base64url'), e: e.toString('base64url') }
  return createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'der' })
}

/** Undefined: the token has no such key. `digest`: SHA-256. ECDSA comes out as DER. */
export function signDigest(
  session: Session,
  { alg, keyId, digest }: { alg: SigningAlgorithm; keyId: string; digest: Uint8Array },
): Buffer | undefined {
  const key = findKey(session, keyId)
  if (key === undefined) return undefined
  const { module, handle, constants } = session
  module.C_SignInit(handle, mechanismOf(alg, constants), key)
  const data = alg === 'RS256' ? Buffer.concat([DIGEST_INFO, digest]) : Buffer.from(digest)
  const signature = module.C_Sign(handle, data, Buffer.alloc(1024))
  return alg === 'ES256' ? derOf(signature) : signature
}

function mechanismOf(alg: SigningAlgorithm, c: Pkcs11) {
  if (alg === 'ES256') return { mechanism: c.CKM_ECDSA }
  if (alg === 'RS256') return { mechanism: c.CKM_RSA_PKCS }
  return {
    mechanism: c.CKM_RSA_PKCS_PSS,
    parameter: {
      type: c.CK_PARAMS_RSA_PSS,
      hashAlg: c.CKM_SHA256,
      mgf: c.CKG_MGF1_SHA256,
      saltLen: SALT,
    },
  }
}

/** From r and s side by side to ECDSA-Sig-Value (RFC 3279 section 2.2.3). */
function derOf(raw: Buffer): Buffer {
  const half = raw.length / 2
  return sequence(integer(raw.subarray(0, half)), integer(raw.subarray(half)))
}

export function destroyKey(session: Session, keyId: string): void {
  const { module, handle, constants } = session
  session.keys.delete(keyId)
  for (const kind of [constants.CKO_PRIVATE_KEY, constants.CKO_PUBLIC_KEY]) {
    for (const object of objectsOf(session, keyId, kind)) module.C_DestroyObject(handle, object)
  }
}
