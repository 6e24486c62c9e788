import type { photograph as photographHere } from '../../sandbox/card-press/photograph.ts'
import type { printCard as printHere } from '../../sandbox/card-press/print-card.ts'
import { outside } from './outside.ts'

export type { Shot } from '../../sandbox/card-press/photograph.ts'
export type { CardData } from '../../sandbox/card-press/print-card.ts'

const press = (file: string) => new URL(`../../sandbox/card-press/${file}`, import.meta.url)

/** The card press, in a thread of its own. */
export const printCard = outside<typeof printHere>(press('print-card.ts'), 'printCard')
export const photograph = outside<typeof photographHere>(press('photograph.ts'), 'photograph')
