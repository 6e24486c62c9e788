import { Piscina } from 'piscina'

let pool: Piscina | undefined

/** The same function in a thread of its own: jest runs tests in a context in which every global name is looked up
 *  the slow way, and loops over pixels take fifty times as long. Arguments and results are copied.
 *  `module`: URL of its file. */
export function outside<Call extends (...args: never[]) => unknown>(
  module: URL,
  name: string,
): (...args: Parameters<Call>) => Promise<Awaited<ReturnType<Call>>> {
  return (...args) => {
    const filename = new URL('./outside-worker.ts', import.meta.url).href
    pool ??= new Piscina({ filename, maxThreads: 1, idleTimeout: 100 })
    return pool.run({ module: module.href, name, args }) as Promise<Awaited<ReturnType<Call>>>
  }
}
