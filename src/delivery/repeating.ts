export interface Repeating {
  start(): void
  /** Now, unless it is under way already. */
  look(): void
  /** Waits for what is under way. */
  settled(): Promise<void>
  /** The last time was the last one; waits for it. */
  stop(): Promise<void>
}

/** Does something again and again, never twice at the same time. What fails is looked at again the next time. `isOn`:
 *  false once it was stopped; work that is long asks in between. */
export function repeating(
  everyMs: number,
  work: (isOn: () => boolean) => Promise<unknown>,
): Repeating {
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  const isOn = () => timer !== undefined
  function look(): void {
    running ??= work(isOn)
      .then(
        () => undefined,
        () => undefined,
      )
      .finally(() => (running = undefined))
  }
  return {
    look,
    start() {
      timer = setInterval(look, everyMs).unref()
    },
    settled: async () => running,
    async stop() {
      clearInterval(timer)
      timer = undefined
      await running
    },
  }
}
