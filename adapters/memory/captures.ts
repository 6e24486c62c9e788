import type { CaptureName, CaptureStore } from '../../src/ports/capture-store.ts'
import type { Clock } from '../../src/ports/clock.ts'

interface Settings {
  /** Of all pictures together. */
  readonly maxBytes: number
  /** From the last picture of an interaction on. */
  readonly lifetimeMs: number
}

interface Held {
  readonly images: Map<CaptureName, Uint8Array>
  expiresAt: number
}

/** A card takes some hundred kilobytes: room for a few hundred people at once. */
const DEFAULTS: Settings = { maxBytes: 256 * 1024 * 1024, lifetimeMs: 10 * 60_000 }
const SWEEP_MS = 15_000

export interface Captures extends CaptureStore {
  readonly bytes: () => number
  /** Wipes everything. */
  close(): void
}

export function memoryCaptures(
  { clock }: { readonly clock: Clock },
  settings = DEFAULTS,
): Captures {
  const { maxBytes, lifetimeMs } = settings
  const held = new Map<string, Held>()
  let bytes = 0
  const timer = setInterval(sweep, SWEEP_MS).unref()

  function sweep(): void {
    for (const [uid, { expiresAt }] of held) if (expiresAt <= clock.now()) wipe(uid)
  }

  function drop({ images }: Held, name: CaptureName): void {
    const image = images.get(name)
    image?.fill(0)
    bytes -= image?.length ?? 0
    images.delete(name)
  }

  function wipe(uid: string, name?: CaptureName): void {
    const found = held.get(uid)
    if (found === undefined) return
    for (const one of name ? [name] : [...found.images.keys()]) drop(found, one)
    if (found.images.size === 0) held.delete(uid)
  }

  return {
    put(uid, name, image) {
      sweep()
      const before = held.get(uid)?.images.get(name)?.length ?? 0
      if (bytes - before + image.length > maxBytes) return false
      const found = held.get(uid) ?? { images: new Map<CaptureName, Uint8Array>(), expiresAt: 0 }
      drop(found, name)
      found.images.set(name, Uint8Array.from(image))
      found.expiresAt = clock.now() + lifetimeMs
      held.set(uid, found)
      bytes += image.length
      return true
    },
    get(uid, name) {
      sweep()
      return held.get(uid)?.images.get(name)
    },
    wipe,
    bytes: () => bytes,
    close() {
      clearInterval(timer)
      for (const uid of held.keys()) wipe(uid)
    },
  }
}
