import { createHash, generateKeyPairSync, sign as signBytes, type KeyObject } from 'node:crypto'
import { signedAttributes, signedData } from '../../../../src/signing/cms/signed-data.ts'
import {
  bitString,
  boolean,
  explicit,
  integer,
  namedBits,
  octetString,
  oid,
  sequence,
  setOf,
  time,
  utf8String,
} from '../../../../src/signing/der/write.ts'
import { SIGNATURE_IDENTIFIERS } from '../../../../src/signing/x509/algorithms.ts'
import { OID } from '../../../../src/signing/x509/oids.ts'

/** Documents written by hand, byte by byte, as an attacker writes them. */
export type Objects = Readonly<Record<number, string | null>>

export interface Writing {
  /** Further entries of the trailer. */
  readonly trailer?: string
  /** Where the table says that an object is, instead of where it is. */
  readonly entries?: Readonly<Record<number, number>>
  /** What stands between the objects and the table. */
  readonly raw?: string
  /** Instead of the table's own offset; and instead of the end altogether. */
  readonly startxref?: number
  readonly end?: string
  readonly root?: string
  readonly prev?: number
}

const SIGNATURE_BYTES = 3000
const HOLE = `<${'0'.repeat(SIGNATURE_BYTES * 2)}>`
const RANGE = '[0 ########## ########## ##########]'

export const stream = (text: string, dict = '') =>
  `<<${dict}/Length ${text.length}>>\nstream\n${text}\nendstream`

/** A page with a signed field: what most attacks begin with. */
export const CONTRACT: Objects = {
  1: '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[6 0 R]/SigFlags 3>>>>',
  2: '<</Type/Pages/Count 1/Kids[3 0 R]>>',
  3: '<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R/Annots[6 0 R]>>',
  4: stream('BT /F1 12 Tf 20 200 Td (Pay 100 rials) Tj ET'),
  5: '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
  6: '<</Type/Annot/Subtype/Widget/FT/Sig/T(Sig)/F 132/Rect[0 0 0 0]/P 3 0 R/V 7 0 R>>',
  7: signatureObject(),
}

/** A signature dictionary that waits to be signed. */
export function signatureObject(extra = ''): string {
  return `<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(D:20260101000000Z)${extra}/ByteRange ${RANGE}/Contents ${HOLE}>>`
}

/** A whole document of one revision. */
export function document(objects: Objects, writing: Writing = {}): Buffer {
  return Buffer.from(appended('%PDF-1.7\n', objects, { root: '1 0 R', ...writing }), 'latin1')
}

/** One more revision behind it. */
export function updated(bytes: Buffer, objects: Objects, writing: Writing = {}): Buffer {
  const text = bytes.toString('latin1')
  const prev = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(text)?.[1])
  const whole = appended(text.endsWith('\n') ? text : `${text}\n`, objects, {
    root: '1 0 R',
    prev,
    ...writing,
  })
  return Buffer.from(whole, 'latin1')
}

function appended(before: string, objects: Objects, writing: Writing): string {
  let text = before
  const offsets = new Map<number, number | null>()
  for (const [number, value] of Object.entries(objects)) {
    offsets.set(Number(number), value === null ? null : text.length)
    if (value !== null) text += `${number} 0 obj\n${value}\nendobj\n`
  }
  for (const [number, offset] of Object.entries(writing.entries ?? {}))
    offsets.set(Number(number), offset)
  text += writing.raw ?? ''
  const at = text.length
  return (
    text +
    tableOf(offsets, writing) +
    (writing.end ?? `startxref\n${writing.startxref ?? at}\n%%EOF\n`)
  )
}

export function tableOf(
  offsets: ReadonlyMap<number, number | null>,
  { trailer = '', root = '1 0 R', prev }: Writing,
) {
  const rows = [...offsets].toSorted(([a], [b]) => a - b)
  const lines = rows.map(([number, offset]) => {
    const place = String(offset ?? 0).padStart(10, '0')
    return `${number} 1\n${place} ${offset === null ? '00001 f' : '00000 n'} \n`
  })
  const size = Math.max(...rows.map(([number]) => number), 100) + 1
  const previous = prev === undefined ? '' : `/Prev ${prev}`
  const head = prev === undefined ? '0 1\n0000000000 65535 f \n' : ''
  return `xref\n${head}${lines.join('')}trailer\n<</Size ${size}/Root ${root}${previous}${trailer}>>\n`
}

export interface HandSigner {
  /** DER. */
  readonly certificate: Buffer
  readonly key: KeyObject
}

/** A key with a certificate that it signed itself, valid from 2025 to 2034. */
export function handSigner(name = 'Hand'): HandSigner {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = SIGNATURE_IDENTIFIERS.ES256
  const subject = sequence(setOf(sequence(oid(OID.commonName), utf8String(name))))
  const keyUsage = sequence(oid(OID.keyUsage), boolean(true), octetString(namedBits(1)))
  const tbs = sequence(
    explicit(0, integer(2)),
    integer(1),
    algorithm,
    subject,
    sequence(time(Date.UTC(2025, 0)), time(Date.UTC(2035, 0))),
    subject,
    publicKey.export({ format: 'der', type: 'spki' }),
    explicit(3, sequence(keyUsage)),
  )
  const signature = bitString(signBytes('sha256', tbs, privateKey))
  return { certificate: sequence(tbs, algorithm, signature), key: privateKey }
}

/** Fills the last signature that waits, as whoever signs what he is given does. */
export function signed(bytes: Buffer, { certificate, key }: HandSigner): Buffer {
  const text = bytes.toString('latin1')
  const start = text.lastIndexOf(HOLE)
  const end = start + HOLE.length
  const range = `[0 ${start} ${end} ${bytes.length - end}]`.padEnd(RANGE.length)
  const ready = Buffer.from(bytes)
  ready.write(range, text.lastIndexOf(RANGE), 'latin1')
  const digest = createHash('sha256')
    .update(ready.subarray(0, start))
    .update(ready.subarray(end))
    .digest()
  const attributes = signedAttributes({ algorithm: 'SHA-256', value: digest }, certificate)
  const cms = signedData({
    alg: 'ES256',
    digestAlgorithm: 'SHA-256',
    attributes,
    signature: signBytes('sha256', attributes, key),
    certificates: [certificate],
  })
  ready.write(Buffer.from(cms).toString('hex'), start + 1, 'latin1')
  return ready
}
