import { childrenOf, inside, oidOf, only, type Element } from '../der/read.ts'
import { TAG } from '../der/tags.ts'

export interface NameAttribute {
  /** Object identifier, dotted. */
  readonly type: string
  readonly value: string
}

/** The attributes of a DER Name (RFC 5280 section 4.1.2.4), in its order. */
export function readName(name: Uint8Array): readonly NameAttribute[] {
  return rdnsOf(name).flat()
}

function rdnsOf(name: Uint8Array): readonly (readonly NameAttribute[])[] {
  return childrenOf(only(name, TAG.sequence), TAG.set).map((rdn) =>
    childrenOf(rdn, TAG.sequence).map((element) => {
      const reader = inside(element)
      const type = oidOf(reader.next(TAG.oid))
      const value = textOf(reader.next())
      reader.end()
      return { type, value }
    }),
  )
}

const DECODERS: Readonly<Record<number, (content: Buffer) => string>> = {
  [TAG.utf8String]: (content) => content.toString('utf8'),
  [TAG.printableString]: (content) => content.toString('latin1'),
  [TAG.ia5String]: (content) => content.toString('latin1'),
  [TAG.teletexString]: (content) => content.toString('latin1'),
  [TAG.bmpString]: (content) => utf16(content),
}

/** What is no string of ours is compared and shown by its bytes. */
function textOf({ tag, content, bytes }: Element): string {
  return DECODERS[tag]?.(content) ?? `#${bytes.toString('hex')}`
}

function utf16(content: Buffer): string {
  return Buffer.from(content.subarray(0, content.length & ~1))
    .swap16()
    .toString('utf16le')
}

/** RFC 5280 section 7.1: the same attributes in the same order, whatever string type, case and spaces. */
export function isSameName(one: Uint8Array, other: Uint8Array): boolean {
  if (Buffer.compare(one, other) === 0) return true
  return canonical(one) === canonical(other)
}

function canonical(name: Uint8Array): string {
  return JSON.stringify(
    rdnsOf(name).map((rdn) => rdn.map(({ type, value }) => `${type}=${folded(value)}`).toSorted()),
  )
}

const folded = (text: string) => text.normalize('NFKC').toLowerCase().trim().replaceAll(/\s+/g, ' ')

/** The first value of this type. */
export function attributeOf(name: Uint8Array, type: string): string | undefined {
  return readName(name).find((attribute) => attribute.type === type)?.value
}
