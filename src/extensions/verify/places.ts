/** So many at once, so many who wait for them, and a clear answer to all others. */
export interface Places {
  /** What to call when it is done; undefined when nothing came free in time. */
  take(waitMs: number): Promise<(() => void) | undefined>
}

export function places(count: number, mostWaiting: number): Places {
  let free = count
  const waiting = new Set<() => void>()

  /** Once, however often it is called. */
  function leaver(): () => void {
    let isOver = false
    return () => {
      if (isOver) return
      isOver = true
      const [next] = waiting
      if (next === undefined) free += 1
      else next()
    }
  }

  function waitFor(waitMs: number): Promise<(() => void) | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        waiting.delete(mine)
        resolve(undefined)
      }, waitMs)
      function mine(): void {
        clearTimeout(timer)
        waiting.delete(mine)
        resolve(leaver())
      }
      waiting.add(mine)
    })
  }

  return {
    async take(waitMs) {
      if (free > 0) {
        free -= 1
        return leaver()
      }
      return waiting.size < mostWaiting ? waitFor(waitMs) : undefined
    },
  }
}
