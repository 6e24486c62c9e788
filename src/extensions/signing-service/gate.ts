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
