import type { Clock } from '../../src/ports/clock.ts'

/** Values with an end, and one question at a time for each: whoever asks meanwhile waits for the same answer. */
export function memory<Value>({ clock }: { readonly clock: Clock }, atMost: number) {
  const known = new Map<string, { readonly value: Value; readonly until: number }>()
  const under = new Map<string, Promise<Value>>()

  function find(key: string): Value | undefined {
    const found = known.get(key)
    return found !== undefined && found.until > clock.now() ? found.value : undefined
  }

  function keep(key: string, value: Value, until: number): void {
    known.delete(key)
    known.set(key, { value, until })
    // What was kept first is forgotten first.
    for (const oldest of known.keys()) {
      if (known.size <= atMost) break
      known.delete(oldest)
    }
  }

  return {
    find,
    /** What `ask` finds, kept until the time that it says (milliseconds since the epoch). */
    async once(
      key: string,
      ask: () => Promise<{ readonly value: Value; readonly until: number }>,
    ): Promise<Value> {
      const waiting = under.get(key)
      if (waiting !== undefined) return waiting
      const asking = ask().then(({ value, until }) => {
        keep(key, value, until)
        return value
      })
      under.set(key, asking)
      try {
        return await asking
      } finally {
        under.delete(key)
      }
    },
    size: () => known.size,
  }
}
