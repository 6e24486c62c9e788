/** Says what was seen, a line a step, and how long it took; the first that is not so throws. */
export interface Steps {
  step<Seen>(name: string, walk: () => Promise<readonly [seen: string, value: Seen]>): Promise<Seen>
}

export class NotSo extends Error {}

export function expect(isSo: boolean, what: string): asserts isSo {
  if (!isSo) throw new NotSo(what)
}

export function steps(write: (line: string) => void): Steps & { readonly count: () => number } {
  let count = 0
  return {
    count: () => count,
    async step(name, walk) {
      const begun = performance.now()
      const took = () => `${((performance.now() - begun) / 1000).toFixed(2)} s`.padStart(8)
      try {
        const [seen, value] = await walk()
        count += 1
        write(`ok   ${took()}  ${name}: ${seen}\n`)
        return value
      } catch (error) {
        write(
          `FAIL ${took()}  ${name}: ${error instanceof Error ? error.message : String(error)}\n`,
        )
        throw error
      }
    },
  }
}
