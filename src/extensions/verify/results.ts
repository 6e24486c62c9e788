import type { Locale } from '../../identity/locale.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Random } from '../../ports/random.ts'
import type { DocumentReport } from './document-report.ts'
import type { VerifyLimits } from './limits.ts'

/** What a visitor may look at again for some minutes. */
export interface Result {
  readonly report: DocumentReport
  readonly fileName?: string
  /** The document itself, to cut the signed revision from; absent when there was no room for it any more. */
  bytes?: Buffer
  /** Printed reports, by language. */
  readonly printed: Map<Locale, Promise<Buffer | undefined>>
}

export interface Results {
  /** Returns the id, which nobody guesses. `visitor`: the browser's own secret. */
  keep(visitor: string, result: Pick<Result, 'report' | 'fileName' | 'bytes'>): string
  find(visitor: string, id: string): Result | undefined
  forget(visitor: string, id: string): void
}

interface Kept {
  readonly visitor: string
  readonly result: Result
  readonly expiresAt: number
  readonly timer: NodeJS.Timeout
}

/** In memory alone: reports and documents are never written. The oldest documents make room for newer ones. */
export function memoryResults(
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  { kept: most, keptBytes, keptMs }: Pick<VerifyLimits, 'kept' | 'keptBytes' | 'keptMs'>,
): Results {
  const kept = new Map<string, Kept>()
  let bytes = 0

  function dropBytes({ result }: Kept): void {
    bytes -= result.bytes?.length ?? 0
    result.bytes = undefined
  }

  function drop(id: string): void {
    const found = kept.get(id)
    if (found === undefined) return
    clearTimeout(found.timer)
    dropBytes(found)
    kept.delete(id)
  }

  function makeRoom(): void {
    for (const one of kept.values()) if (bytes > keptBytes) dropBytes(one)
    for (const id of kept.keys()) if (kept.size > most) drop(id)
  }

  function ownBy(visitor: string, id: string): Result | undefined {
    const found = kept.get(id)
    const isOpen = found?.visitor === visitor && clock.now() < found.expiresAt
    return isOpen ? found.result : undefined
  }

  return {
    keep(visitor, { report, fileName, bytes: document }) {
      const id = Buffer.from(random.bytes(16)).toString('base64url')
      const timer = setTimeout(() => drop(id), keptMs).unref()
      const result: Result = { report, fileName, bytes: document, printed: new Map() }
      kept.set(id, { visitor, result, expiresAt: clock.now() + keptMs, timer })
      bytes += document?.length ?? 0
      makeRoom()
      return id
    },
    find: ownBy,
    forget(visitor, id) {
      if (ownBy(visitor, id) !== undefined) drop(id)
    },
  }
}
