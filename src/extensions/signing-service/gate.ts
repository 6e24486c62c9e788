/** Lets so many through at once and turns the others away: `undefined` when it is full. */
export interface Gate {
  enter(key: string): (() => void) | undefined
}

export function gate(most: number, mostOfKey: number): Gate {
  const inside = new Map<string, number>()
  let all = 0
  return {
    enter(key) {
      const own = inside.get(key) ?? 0
      if (all >= most || own >= mostOfKey) return undefined
      all++
      inside.set(key, own + 1)
      return () => {
        all--
        const left = (inside.get(key) ?? 1) - 1
        if (left === 0) inside.delete(key)
        else inside.set(key, left)
      }
    },
  }
}

/** How long somebody who was turned away is reckoned with. */
const WAITING_MS = 10_000

/** As `gate`, but shared: who is alone may have it whole, and among several each gets an equal part, those included who
 *  were turned away a moment ago. Nobody is put out: who has more than its part gets no more until it has less. */
export function sharedGate(most: number, now: () => number): Gate {
  const inside = new Map<string, number>()
  /** When they were turned away last. */
  const waiting = new Map<string, number>()
  const total = () => [...inside.values()].reduce((sum, one) => sum + one, 0)

  function shareOf(key: string): number {
    for (const [other, at] of waiting) if (now() - at >= WAITING_MS) waiting.delete(other)
    return Math.max(1, Math.floor(most / new Set([key, ...inside.keys(), ...waiting.keys()]).size))
  }

  return {
    enter(key) {
      const own = inside.get(key) ?? 0
      if (total() >= most || own >= shareOf(key)) {
        waiting.set(key, now())
        return undefined
      }
      waiting.delete(key)
      inside.set(key, own + 1)
      return () => {
        const left = (inside.get(key) ?? 1) - 1
        if (left === 0) inside.delete(key)
        else inside.set(key, left)
      }
    },
  }
}

/** Lets so many through at once; the others wait for their turn. */
export function turnstile(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let inside = 0
  return async (work) => {
    if (inside >= most) await new Promise<void>((go) => waiting.push(go))
    else inside++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else inside--
    }
  }
}
