import { boxOf, inherited, rotationOf, shownBox, type Box, type PdfPage } from '../pdf/pages.ts'
import { refuse } from '../pdf/refused.ts'
import type { PdfView } from '../pdf/view.ts'
import type { ChosenField } from './field.ts'
import type { Place, VisibleAppearance } from './options.ts'

export interface ChosenPlace {
  /** In the page's own units, unrotated. */
  readonly box: Box
  /** Degrees clockwise by which the page is turned when it is shown. */
  readonly rotation: number
}

const NOWHERE: ChosenPlace = { box: [0, 0, 0, 0], rotation: 0 }
const POINTS_PER_MM = 72 / 25.4
/** At the bottom of the page, 15 mm from its edges. */
const DEFAULT = { left: 15, width: 90, height: 32, margin: 15 } as const

/** Where the signature's picture goes. Throws `PdfRefused` when that is not on the page. */
export function boxFor(
  view: PdfView,
  { existing, page }: ChosenField,
  appearance: VisibleAppearance | undefined,
): ChosenPlace {
  if (existing) return { box: rectOf(view, existing.widgets[0]?.dict), rotation: 0 }
  if (page === undefined || appearance === undefined) return NOWHERE
  const rotation = rotationOf(view, page)
  const shown = shownBox(view, page)
  const unit = unitOf(view, page)
  const isTurned = rotation % 180 !== 0
  const [across, down] = [shown[2] - shown[0], shown[3] - shown[1]].map((one) => one * unit)
  const size = isTurned ? [down, across] : [across, down]
  const [width = 0, height = 0] = size
  const place = inPoints(appearance.place, width, height)
  const isInside =
    Object.values(place).every((one) => Number.isFinite(one) && one >= 0) &&
    place.width >= 10 &&
    place.height >= 10 &&
    place.left + place.width <= width + 0.5 &&
    place.top + place.height <= height + 0.5
  if (!isInside) refuse('place_invalid')
  return { box: unrotated(place, shown, rotation, unit), rotation }
}

function rectOf(view: PdfView, widget: Parameters<PdfView['get']>[0]): Box {
  return boxOf(view, view.get(widget, 'Rect')) ?? NOWHERE.box
}

function unitOf(view: PdfView, page: PdfPage): number {
  const unit = view.get(page.dict, 'UserUnit') ?? inherited(view, page, 'UserUnit')
  return typeof unit === 'number' && unit > 0 ? unit : 1
}

function inPoints(place: Place | undefined, width: number, height: number): Place {
  const given = place ?? {
    left: DEFAULT.left,
    width: Math.min(DEFAULT.width, width / POINTS_PER_MM - 2 * DEFAULT.left),
    height: Math.min(DEFAULT.height, height / POINTS_PER_MM / 3),
    top: 0,
  }
  const points = {
    left: given.left * POINTS_PER_MM,
    top: given.top * POINTS_PER_MM,
    width: given.width * POINTS_PER_MM,
    height: given.height * POINTS_PER_MM,
  }
  if (place) return points
  const top = Math.max(0, height - points.height - DEFAULT.margin * POINTS_PER_MM)
  // On a page smaller than a card there is no room for margins.
  return points.width >= 30
    ? { ...points, top }
    : { left: 0, top: height / 2, width, height: height / 2 }
}

/** From the page as it is shown, measured from the top left, to the page's own coordinates. */
function unrotated(place: Place, shown: Box, rotation: number, unit: number): Box {
  const [x1, y1, x2, y2] = shown
  const left = place.left / unit
  const top = place.top / unit
  const right = left + place.width / unit
  const bottom = top + place.height / unit
  if (rotation === 90) return [x1 + top, y1 + left, x1 + bottom, y1 + right]
  if (rotation === 180) return [x2 - right, y1 + top, x2 - left, y1 + bottom]
  if (rotation === 270) return [x2 - bottom, y2 - right, x2 - top, y2 - left]
  return [x1 + left, y2 - bottom, x1 + right, y2 - top]
}
