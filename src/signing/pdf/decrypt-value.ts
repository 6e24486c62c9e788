import type { Encryption } from './encryption.ts'
import type { PdfDict, PdfRef, PdfString, PdfValue } from './values.ts'

/** An object with its strings decrypted. A signature's /Contents never was encrypted (ISO 32000-1 section
 *  7.6.1). */
export function decryptedValue(value: PdfValue, of: PdfRef, encryption: Encryption): PdfValue {
  if (typeof value !== 'object' || value === null) return value
  const inner = (one: PdfValue) => decryptedValue(one, of, encryption)
  switch (value.type) {
    case 'string':
      return { ...value, bytes: encryption.decryptString(of, value.bytes) } satisfies PdfString
    case 'array':
      return { ...value, items: value.items.map(inner) }
    case 'dict':
      return decryptedDict(value, inner)
    case 'stream':
      return { ...value, dict: decryptedDict(value.dict, inner) }
    case 'name':
    case 'ref':
      return value
  }
}

function decryptedDict(value: PdfDict, inner: (one: PdfValue) => PdfValue): PdfDict {
  const isSignature = value.entries.has('ByteRange')
  const entries = [...value.entries].map(
    ([key, one]) => [key, isSignature && key === 'Contents' ? one : inner(one)] as const,
  )
  return { ...value, entries: new Map(entries) }
}
