import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'
import { fileKey, type StandardHandler } from './file-key.ts'
import type { Resolve } from './filters.ts'
import { rc4 } from './rc4.ts'
import { refuse } from './refused.ts'
import {
  dictOf,
  integerOf,
  is,
  nameOf,
  type PdfDict,
  type PdfRef,
  type PdfValue,
} from './values.ts'

/** How the strings and streams of an encrypted file are read and written (ISO 32000-2 section 7.6). */
export interface Encryption {
  readonly permissions: number
  decryptString(of: PdfRef, bytes: Uint8Array): Buffer
  decryptStream(of: PdfRef, bytes: Buffer, dict: PdfDict): Buffer
  /** `iv`: 16 random bytes. */
  encryptString(of: PdfRef, bytes: Uint8Array, iv: Uint8Array): Buffer
  encryptStream(of: PdfRef, bytes: Uint8Array, iv: Uint8Array): Buffer
}

type Method = 'none' | 'rc4' | 'aes128' | 'aes256'

const METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['None', 'none'],
  ['V2', 'rc4'],
  ['AESV2', 'aes128'],
  ['AESV3', 'aes256'],
])

/** `id`: the first part of the trailer's /ID. Throws `PdfRefused` when the file needs a password or has
 *  another security handler. */
export function encryptionOf(dict: PdfDict, id: Uint8Array, resolve: Resolve): Encryption {
  const handler = handlerOf(dict, id, resolve)
  const key = fileKey(handler)
  const strings = methodOf(dict, 'StrF', handler, resolve)
  const streams = methodOf(dict, 'StmF', handler, resolve)
  return {
    permissions: handler.permissions,
    decryptString: (of, bytes) => decrypted(strings, objectKey(strings, key, of), bytes),
    decryptStream: (of, bytes, stream) =>
      isPlain(stream, handler, resolve)
        ? bytes
        : decrypted(streams, objectKey(streams, key, of), bytes),
    encryptString: (of, bytes, iv) => encrypted(strings, objectKey(strings, key, of), bytes, iv),
    encryptStream: (of, bytes, iv) => encrypted(streams, objectKey(streams, key, of), bytes, iv),
  }
}

function handlerOf(dict: PdfDict, id: Uint8Array, resolve: Resolve): StandardHandler {
  const get = (key: string) => resolve(dict.entries.get(key))
  const integer = (key: string, fallback: number) => integerOf(get(key)) ?? fallback
  const [version, revision] = [integer('V', 0), integer('R', 0)]
  const isKnown = [1, 2, 3, 4, 5].includes(version) && [2, 3, 4, 5, 6].includes(revision)
  if (nameOf(get('Filter')) !== 'Standard' || !isKnown) refuse('encryption_unsupported')
  const bits = version === 1 ? 40 : integer('Length', version >= 4 ? 128 : 40)
  return {
    version,
    revision,
    keyLength: version === 4 ? 16 : keyBytes(bits),
    owner: bytesOf(get('O')),
    user: bytesOf(get('U')),
    userKey: bytesOf(get('UE')),
    permissions: integer('P', 0),
    encryptMetadata: get('EncryptMetadata') !== false,
    id,
  }
}

/** Some writers give bytes where bits are asked for. */
function keyBytes(bits: number): number {
  const bytes = bits <= 32 ? bits : bits / 8
  return Number.isInteger(bytes) && bytes >= 5 && bytes <= 32
    ? Math.min(bytes, 16)
    : refuse('encryption_unsupported', 'key length')
}

function bytesOf(value: PdfValue): Buffer {
  return is(value, 'string') ? Buffer.from(value.bytes) : Buffer.alloc(0)
}

function methodOf(
  dict: PdfDict,
  use: 'StrF' | 'StmF',
  { version }: StandardHandler,
  resolve: Resolve,
): Method {
  if (version < 4) return 'rc4'
  const chosen = nameOf(resolve(dict.entries.get(use))) ?? 'Identity'
  if (chosen === 'Identity') return 'none'
  const filters = dictOf(resolve(dict.entries.get('CF')))
  const filter = dictOf(resolve(filters?.entries.get(chosen)))
  const method = METHODS.get(nameOf(resolve(filter?.entries.get('CFM'))) ?? 'None')
  return method ?? refuse('encryption_unsupported', 'crypt filter')
}

/** Cross-reference streams, metadata where the handler says so, and streams with an Identity filter. */
function isPlain(dict: PdfDict, { encryptMetadata }: StandardHandler, resolve: Resolve): boolean {
  const type = nameOf(dict.entries.get('Type'))
  if (type === 'XRef') return true
  if (type === 'Metadata' && !encryptMetadata) return true
  const given = resolve(dict.entries.get('Filter'))
  const first = is(given, 'array') ? resolve(given.items[0]) : given
  return nameOf(first) === 'Crypt'
}

/** ISO 32000-1 algorithm 1. */
function objectKey(method: Method, key: Buffer, { number, generation }: PdfRef): Buffer {
  if (method === 'aes256' || method === 'none') return key
  const tail = Buffer.alloc(5)
  tail.writeUIntLE(number, 0, 3)
  tail.writeUIntLE(generation & 0xffff, 3, 2)
  const hash = createHash('md5').update(key).update(tail)
  if (method === 'aes128') hash.update('sAlT')
  return hash.digest().subarray(0, Math.min(16, key.length + 5))
}

const CIPHERS = { aes128: 'aes-128-cbc', aes256: 'aes-256-cbc' } as const

function decrypted(method: Method, key: Buffer, bytes: Uint8Array): Buffer {
  const given = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  if (method === 'none') return given
  if (method === 'rc4') return rc4(key, given)
  // Strings that are no ciphertext at all were forgotten by their writer: readers see nothing. They see whole blocks.
  if (given.length < 32) return Buffer.alloc(0)
  const decipher = createDecipheriv(CIPHERS[method], key, given.subarray(0, 16))
  const plain = decipher
    .setAutoPadding(false)
    .update(given.subarray(16, given.length - (given.length % 16)))
  const padding = plain.at(-1) ?? 0
  return padding >= 1 && padding <= 16 ? plain.subarray(0, plain.length - padding) : plain
}

function encrypted(method: Method, key: Buffer, bytes: Uint8Array, iv: Uint8Array): Buffer {
  if (method === 'none') return Buffer.from(bytes)
  if (method === 'rc4') return rc4(key, bytes)
  const cipher = createCipheriv(CIPHERS[method], key, iv)
  return Buffer.concat([iv, cipher.update(bytes), cipher.final()])
}
