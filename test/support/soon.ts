import { setTimeout as pause } from 'node:timers/promises'

/** Holds what is asserted within ten seconds, looked at now and then: for what happens beside the answer. */
export async function soon(assert: () => void | Promise<void>): Promise<void> {
  for (let tries = 100; ; tries -= 1) {
    try {
      return await assert()
    } catch (error) {
      if (tries === 0) throw error
    }
    await pause(100)
  }
}
