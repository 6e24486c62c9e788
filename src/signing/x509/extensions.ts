import { Malformed } from '../der/malformed.ts'
import { booleanOf, childrenOf, inside, oidOf, type Element } from '../der/read.ts'
import { TAG } from '../der/tags.ts'

export interface Extension {
  readonly isCritical: boolean
  /** What the OCTET STRING holds. */
  readonly value: Buffer
}

export type Extensions = ReadonlyMap<string, Extension>

/** Extensions (RFC 5280 section 4.1.2.9): each at most once (section 4.2). */
export function readExtensions(list: Element): Extensions {
  const extensions = new Map<string, Extension>()
  for (const element of childrenOf(list, TAG.sequence)) {
    const reader = inside(element)
    const id = oidOf(reader.next(TAG.oid))
    const critical = reader.optional(TAG.boolean)
    const isCritical = critical !== undefined && booleanOf(critical)
    const { content } = reader.next(TAG.octetString)
    reader.end()
    if (extensions.has(id)) throw new Malformed(`extension ${id} stands there twice`)
    extensions.set(id, { isCritical, value: content })
  }
  return extensions
}

/** Critical ones that are not in `known`: whoever meets one must refuse (RFC 5280 section 4.2). */
export function unknownCritical(extensions: Extensions, known: ReadonlySet<string>) {
  return [...extensions].flatMap(([id, { isCritical }]) =>
    isCritical && !known.has(id) ? [id] : [],
  )
}
