/** What a file may ask of us. All are far above what honest documents need. */
export const LIMITS = {
  fileBytes: 256 * 1024 * 1024,
  /** Nesting of arrays and dictionaries. */
  depth: 100,
  /** One object without its stream's data. */
  objectBytes: 16 * 1024 * 1024,
  /** What is parsed while one file is open: so much, and so many times its size. */
  parsedBytes: 64 * 1024 * 1024,
  parsings: 16,
  /** Values in one object. */
  values: 1_000_000,
  /** Cross-reference sections on the chain of /Prev. */
  sections: 1024,
  /** Cross-reference entries of all sections. */
  entries: 2_000_000,
  /** Highest number of an object (ISO 32000-1 annex C). */
  objectNumber: 8_388_607,
  /** One decoded stream. */
  streamBytes: 64 * 1024 * 1024,
  /** Unpacked object streams that are remembered. */
  rememberedBytes: 32 * 1024 * 1024,
  /** All streams that were decoded while one file was open. */
  decodedBytes: 512 * 1024 * 1024,
  filters: 8,
  /** How far one reference may lead to the next. */
  references: 32,
  pages: 100_000,
  treeDepth: 64,
  fields: 50_000,
  /** Objects that the search for active content looks at. */
  searched: 1_000_000,
  /** A file without a usable cross-reference table is searched whole: not larger ones. */
  rebuiltBytes: 64 * 1024 * 1024,
} as const
