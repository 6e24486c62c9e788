import { LIMITS } from './limits.ts'
import { refuse } from './refused.ts'
import { dictOf, nameOf, type PdfDict } from './values.ts'
import type { PdfView } from './view.ts'

/** Can layers (ISO 32000-1 section 8.11) hide something from who reads the document, or show it to one reader
 *  and not to another? Layers that are simply all on are a matter of drawing. */
export function hiddenLayers(view: PdfView, catalog: PdfDict): boolean {
  const properties = view.getDict(catalog, 'OCProperties')
  if (properties === undefined) return false
  const configurations = view.getArray(properties, 'Configs')?.items ?? []
  const all = [view.get(properties, 'D'), ...configurations.map((one) => view.resolve(one))]
  return all.some((one) => hides(view, dictOf(one))) || hasMembershipTrick(view)
}

/** Layers off at the beginning, or switched by printing, zooming, language or date. */
function hides(view: PdfView, configuration: PdfDict | undefined): boolean {
  const base = nameOf(view.get(configuration, 'BaseState')) ?? 'ON'
  const isEmpty = (key: string) => (view.getArray(configuration, key)?.items.length ?? 0) === 0
  return base !== 'ON' || !isEmpty('OFF') || !isEmpty('AS')
}

/** A membership dictionary may show something exactly while a layer is off. */
function hasMembershipTrick(view: PdfView): boolean {
  let left: number = LIMITS.searched
  for (const number of view.numbers()) {
    if (--left < 0) refuse('too_complex', 'layers')
    const dict = dictOf(view.object(number)?.value)
    for (const one of dict ? [dict, ...inner(view, dict)] : []) if (isTrick(view, one)) return true
  }
  return false
}

/** Membership dictionaries may stand directly in the resources of a page or in an /OC. */
function* inner(view: PdfView, dict: PdfDict): Iterable<PdfDict> {
  const own = view.getDict(dict, 'OC')
  if (own) yield own
  const named = view.getDict(view.getDict(dict, 'Resources') ?? dict, 'Properties')
  for (const value of named?.entries.values() ?? []) {
    const found = dictOf(view.resolve(value))
    if (found) yield found
  }
}

function isTrick(view: PdfView, dict: PdfDict): boolean {
  if (nameOf(view.get(dict, 'Type')) !== 'OCMD') return false
  const policy = nameOf(view.get(dict, 'P')) ?? 'AnyOn'
  return policy === 'AllOff' || policy === 'AnyOff' || view.get(dict, 'VE') !== null
}
