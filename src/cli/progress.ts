import { SingleBar } from 'cli-progress'

export interface Progress {
  show(done: number, total: number): void
  stop(): void
}

/** A bar on standard error of a terminal; elsewhere nothing is shown. `unit` stands behind the numbers. */
export function progress(what: string, unit: string): Progress {
  const format = `${what} [{bar}] {percentage}% of {total} ${unit}, {eta_formatted} left`
  const bar = new SingleBar({ format, stream: process.stderr, hideCursor: true, barsize: 30 })
  let isShown = false
  return {
    show(done, total) {
      if (!process.stderr.isTTY) return
      if (isShown) bar.setTotal(total)
      else bar.start(total, 0)
      isShown = true
      bar.update(Math.min(done, total))
    },
    stop() {
      if (isShown) bar.stop()
    },
  }
}
