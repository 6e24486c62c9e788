import { GOALS, isMet, type Goal } from './goals.ts'

/** A name, where there is one, and figures. */
export type PrintedRow = object

interface Row {
  readonly name?: string
  readonly [figure: string]: string | number | undefined
}

const WIDTH = 110

/** A measurement a paragraph: its figures, then each of its goals, and whether it is met. */
export function printed(row: PrintedRow): string {
  const { name, ...figures } = Object.fromEntries(Object.entries(row)) as Row
  const said = Object.entries(figures).map(([key, value]) => `${key} ${value}`)
  const goals = (GOALS[name ?? ''] ?? []).flatMap((goal) => goalSaid(goal, figures[goal.figure]))
  return [...(name === undefined ? [] : [name]), ...wrapped(said), ...goals].join('\n')
}

function goalSaid(goal: Goal, value: unknown): readonly string[] {
  if (typeof value !== 'number') return []
  const { figure, should, be } = goal
  return [
    `  ${isMet(goal, value) ? 'met   ' : 'MISSED'}  ${figure} ${value}, should be ${should} ${be}`,
  ]
}

function wrapped(words: readonly string[]): readonly string[] {
  const lines: string[] = []
  for (const word of words) {
    const line = `${lines.at(-1) ?? ' '}  ${word}`
    if (lines.length > 0 && line.length <= WIDTH) lines[lines.length - 1] = line
    else lines.push(`    ${word}`)
  }
  return lines
}
