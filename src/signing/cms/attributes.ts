import { Malformed } from '../der/malformed.ts'
import { childrenOf, inside, oidOf, type Element } from '../der/read.ts'
import { TAG } from '../der/tags.ts'

/** Attributes of a SignerInfo by their type: for each, its values as they stand there. */
export type Attributes = ReadonlyMap<string, readonly Element[]>

/** RFC 5652 section 5.3: no type may stand there twice among the signed attributes. `set`: the SET OF. */
export function readSignedAttributes(set: Element): Attributes {
  const attributes = new Map<string, readonly Element[]>()
  for (const { type, values } of listed(set)) {
    if (attributes.has(type))
      throw new Malformed(`CMS: signed attribute ${type} stands there twice`)
    if (values.length === 0) throw new Malformed(`CMS: signed attribute ${type} has no value`)
    attributes.set(type, values)
  }
  return attributes
}

/** Of those that are not signed, one type may be given several times. */
export function readUnsignedAttributes(set: Element | undefined): Attributes {
  const attributes = new Map<string, readonly Element[]>()
  for (const { type, values } of set === undefined ? [] : listed(set)) {
    attributes.set(type, [...(attributes.get(type) ?? []), ...values])
  }
  return attributes
}

function listed(set: Element): readonly { type: string; values: readonly Element[] }[] {
  return childrenOf(set, TAG.sequence).map((attribute) => {
    const reader = inside(attribute)
    const type = oidOf(reader.next(TAG.oid))
    const values = childrenOf(reader.next(TAG.set))
    reader.end()
    return { type, values }
  })
}

/** The value of an attribute that has one; undefined when it is not there. */
export function onlyValue(attributes: Attributes, type: string): Element | undefined {
  const values = attributes.get(type)
  if (values !== undefined && values.length !== 1) {
    throw new Malformed(`CMS: attribute ${type} must have one value`)
  }
  return values?.[0]
}

/** Are the attributes in DER's order? Who hashes them re-encoded comes to another hash when they are not. */
export function isInOrder(set: Element): boolean {
  const items = childrenOf(set)
  return items.every(({ bytes }, index) => {
    const before = items[index - 1]
    return before === undefined || Buffer.compare(before.bytes, bytes) <= 0
  })
}
