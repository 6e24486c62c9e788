import { nameOf, type PdfDict } from '../../pdf/values.ts'
import type { Scope } from './scope.ts'
import { dictAt, follow, itemsAt } from './state.ts'

/** What a reader draws of a field of the form. */

/** Any other annotation is drawn by what it is. */
export function isWidget({ entries }: PdfDict): boolean {
  const given = entries.get('Subtype') ?? null
  return given === null || nameOf(given) === 'Widget'
}

/** A picture of its own, or what readers draw where there is none: background, border, caption. */
export function hasLook({ after }: Scope, { entries }: PdfDict): boolean {
  const characteristics = dictAt(after, entries.get('MK'))
  return (
    (entries.get('AP') ?? null) !== null ||
    [...(characteristics?.entries.keys() ?? [])].some((key) => key !== 'R')
  )
}

/** Where it takes up room, or where it cannot be said. */
export function isVisible({ after }: Scope, { entries }: PdfDict): boolean {
  if (!entries.has('Rect')) return false
  const sides = itemsAt(after, entries.get('Rect')).map((side) => follow(after, side))
  const [left, bottom, right, top] = sides
  const isBox = sides.length === 4 && sides.every((side) => typeof side === 'number')
  return !isBox || (left !== right && bottom !== top)
}

export const isTimeStamp = ({ entries }: PdfDict) =>
  nameOf(entries.get('SubFilter')) === 'ETSI.RFC3161'
