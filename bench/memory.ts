import type { ServerProcess } from './process.ts'
import type { Scenario, Stage } from './scenarios.ts'

export interface Grown {
  readonly operations: number
  readonly rss_mb: number
}

/** How large the server is as it works: a leak shows as a line that does not bend. */
export async function growth(
  server: ServerProcess,
  stage: Stage,
  scenario: Scenario,
  { operations, parallel }: { readonly operations: number; readonly parallel: number },
): Promise<readonly Grown[]> {
  const seen: Grown[] = []
  const every = Math.max(1, Math.floor(operations / 10))
  const callers = await Promise.all(Array.from({ length: parallel }, () => scenario(stage)))
  let begun = 0
  let done = 0

  async function look(): Promise<void> {
    const { rssMb } = await server.usage()
    seen.push({ operations: done, rss_mb: Math.round(rssMb) })
    process.stderr.write(`${done} operations: ${Math.round(rssMb)} MB\n`)
  }

  await look()
  await Promise.all(
    callers.map(async (operation) => {
      while (begun < operations) {
        begun += 1
        await operation()
        done += 1
        if (done % every === 0) await look()
      }
    }),
  )
  return seen
}
