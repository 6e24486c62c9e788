import type { ReadableDocument } from '../../../src/ports/document-store.ts'

interface Given {
  readonly does: 'end' | 'devour' | 'hang'
}

/** A document that does to the thread that reads it what no document should be able to. */
export default function hostile({ does }: Given): ReadableDocument {
  const act: Readonly<Record<Given['does'], () => never>> = {
    end: () => process.exit(1),
    devour() {
      const held: number[][] = []
      for (;;) held.push(Array.from({ length: 100_000 }, (_, at) => at))
    },
    hang() {
      for (;;);
    },
  }
  return { size: 1, read: act[does], pieces: act[does] }
}
