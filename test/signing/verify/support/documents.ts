import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SHARED_DATA } from '../../../support/shared-data.ts'
import { DSS, PDFS, PYHANKO, UNSIGNED, type Expectation } from './corpora.ts'

export interface SharedDocument {
  readonly name: string
  readonly path: string
  readonly expectation: Expectation
}

const CORPORA: Readonly<Record<string, Readonly<Record<string, Expectation>>>> = {
  'pades/dss': DSS,
  'pades/pyhanko': PYHANKO,
  pdfs: PDFS,
}

/** All shared PDF documents, read where they are. */
export function sharedDocuments(): readonly SharedDocument[] {
  return Object.entries(CORPORA).flatMap(([corpus, expectations]) => {
    const directory = join(SHARED_DATA, corpus)
    const names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).toSorted()
    return names
      .filter((name) => name.endsWith('.pdf'))
      .map((name) => ({
        name: `${corpus}/${name}`,
        path: join(directory, name),
        expectation: expectations[name] ?? UNSIGNED,
      }))
  })
}

/** Names in the tables that no file has. */
export function missingDocuments(found: readonly SharedDocument[]): readonly string[] {
  const names = new Set(found.map(({ name }) => name))
  return Object.entries(CORPORA)
    .flatMap(([corpus, table]) => Object.keys(table).map((name) => `${corpus}/${name}`))
    .filter((name) => !names.has(name))
}

export const bytesAt = (path: string): Buffer => readFileSync(path)
