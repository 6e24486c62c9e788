import type { Clock } from '../../src/ports/clock.ts'
import type { Random } from '../../src/ports/random.ts'

interface Needs {
  readonly clock: Clock
  readonly random: Random
}

/** A request's id at the GSB, 24 digits: the provider's code (4), the second (14), its microsecond (6). No clock
 *  here tells microseconds, and several processes ask at once: they are drawn by lot, and none twice in one
 *  second by one process. Two processes that meet are told so by the registry, and ask again. */
export function requestIds(
  { clock, random }: Needs,
  { providerCode, timeZone }: { readonly providerCode: string; readonly timeZone: string },
): () => string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  let [second, drawn] = ['', new Set<string>()]

  function secondOf(now: number): string {
    const parts = Object.fromEntries(
      format.formatToParts(now).map(({ type, value }) => [type, value]),
    )
    const names = ['year', 'month', 'day', 'hour', 'minute', 'second']
    return names.map((name) => parts[name] ?? '').join('')
  }

  return () => {
    const now = secondOf(clock.now())
    if (now !== second) [second, drawn] = [now, new Set()]
    let lot = random.digits(6)
    while (drawn.has(lot)) lot = random.digits(6)
    drawn.add(lot)
    return `${providerCode}${now}${lot}`
  }
}
