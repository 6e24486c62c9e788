import { encryptionOf, type Encryption } from './encryption.ts'
import { objectStore, type ObjectStore } from './object-store.ts'
import { PdfRefused, refuse } from './refused.ts'
import { rebuiltRevision } from './rebuild.ts'
import { entryIn, revisionsOf, type Revision } from './revisions.ts'
import { bufferSource, type PdfSource } from './source.ts'
import { dictOf, integerOf, is, type PdfDict, type PdfRef } from './values.ts'
import { viewOver, type PdfView, type ViewSource } from './view.ts'
import { lastStartxref, readChain } from './xref.ts'

export interface PdfFile {
  readonly source: PdfSource
  /** Of the header, such as `1.7`; the catalog may name a later one. */
  readonly version: string
  /** Oldest first; at least one. */
  readonly revisions: readonly Revision[]
  /** The cross-reference table could not be used: the objects were found by searching the file. */
  readonly isRebuilt: boolean
  readonly encryption?: Encryption
  /** The newest. */
  readonly view: PdfView
  /** As it was at this revision. */
  viewAt(revision: number): PdfView
}

export interface ReadOptions {
  /** What to do with a damaged table: search the file for objects (the default), or refuse it; or search
   *  without looking at the table at all. */
  readonly damaged?: 'rebuild' | 'refuse' | 'force-rebuild'
}

/** Opens a document. Nothing but the cross-reference tables, the catalog and the root of the pages is read.
 *  Throws `PdfRefused`. */
export function readPdf(given: Uint8Array | PdfSource, options: ReadOptions = {}): PdfFile {
  const source = given instanceof Uint8Array ? bufferSource(given) : given
  const { damaged = 'rebuild' } = options
  const version = versionOf(source)
  if (damaged === 'force-rebuild') return rebuilt(source, version)
  try {
    const revisions = revisionsOf(source, readChain(source, lastStartxref(source)))
    return opened({ source, version, revisions, isRebuilt: false })
  } catch (error) {
    if (damaged === 'refuse' || !isDamage(error)) throw error
    return rebuilt(source, version)
  }
}

const DAMAGE: readonly string[] = ['damaged', 'no_catalog', 'no_pages']

export function isDamage(error: unknown): boolean {
  return error instanceof PdfRefused && DAMAGE.includes(error.code)
}

function rebuilt(source: PdfSource, version: string): PdfFile {
  return opened({ source, version, revisions: [rebuiltRevision(source)], isRebuilt: true })
}

/** ISO 32000-1 section 7.5.2, and annex H.3: within the first 1024 bytes. */
function versionOf(source: PdfSource): string {
  const head = source.read(0, 1024 + 16).toString('latin1')
  return /%PDF-(\d\.\d)/.exec(head)?.[1] ?? refuse('not_pdf')
}

type Found = Pick<PdfFile, 'source' | 'version' | 'revisions' | 'isRebuilt'>

function opened(found: Found): PdfFile {
  const store = objectStore(found.source)
  const views = new Map<number, PdfView>()
  const viewAt = (index: number) => {
    const view = views.get(index) ?? viewOver(store, viewSource(found.revisions, index))
    views.set(index, view)
    return view
  }
  const view = viewAt(found.revisions.length - 1)
  const encryption = encryptionIn(view, store)
  checkRoots(view)
  return { ...found, encryption, view, viewAt }
}

function viewSource(revisions: readonly Revision[], index: number): ViewSource {
  const newest = revisions[index]
  if (newest === undefined) throw new RangeError('There is no such revision.')
  const seen = revisions.slice(0, index + 1).toReversed()
  function* numbers() {
    const known = new Set<number>()
    for (const { sections } of seen)
      for (const { entries } of sections) for (const number of entries.keys()) known.add(number)
    for (const number of known) if ((entry(number)?.kind ?? 'free') !== 'free') yield number
  }
  function entry(number: number) {
    for (const revision of seen) {
      const found = entryIn(revision, number)
      if (found) return found
    }
    return undefined
  }
  return { trailer: newest.trailer, size: sizeOf(seen), entry, numbers }
}

/** /Size may lie: a new object must not take a number that is in use. */
function sizeOf(revisions: readonly Revision[]): number {
  let size = 1
  for (const { sections } of revisions)
    for (const { entries, trailer } of sections) {
      size = Math.max(size, integerOf(trailer.entries.get('Size')) ?? 0)
      for (const number of entries.keys()) if (number >= size) size = number + 1
    }
  return size
}

function encryptionIn(view: PdfView, store: ObjectStore): Encryption | undefined {
  const given = view.trailer.entries.get('Encrypt')
  if (given === undefined || given === null) return undefined
  const dict = dictOf(view.resolve(given)) ?? refuse('damaged', '/Encrypt')
  const id = view.getArray(view.trailer, 'ID')?.items[0]
  const encryption = encryptionOf(dict, is(id, 'string') ? id.bytes : Buffer.alloc(0), view.resolve)
  store.useEncryption(encryption, is(given, 'ref') ? given.number : undefined)
  return encryption
}

function checkRoots(view: PdfView): void {
  const { dict } = catalogOf(view)
  if (view.getDict(dict, 'Pages') === undefined) refuse('no_pages')
}

export interface PdfCatalog {
  readonly ref: PdfRef
  readonly dict: PdfDict
}

export function catalogOf(view: PdfView): PdfCatalog {
  const ref = view.trailer.entries.get('Root')
  const dict = view.resolve(ref)
  return is(ref, 'ref') && is(dict, 'dict') ? { ref, dict } : refuse('no_catalog')
}
