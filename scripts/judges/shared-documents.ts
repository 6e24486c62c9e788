import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sharedDocuments } from '../../test/signing/verify/support/documents.ts'

/** Asks EU DSS about every shared document, trusting all certificates in it, and keeps what it says in
 *  `shared-documents.tsv` beside this file (file, format, indication, sub-indication, errors, warnings), where `scripts/verification-table.ts` finds it: Java and Maven are not
 *  needed to write the table anew. `node scripts/judges/shared-documents.ts [FOLDER]`: FOLDER is `dss/target`, as
 *  Maven made it. */

const HERE = import.meta.dirname
const [target = join(HERE, 'dss/target')] = process.argv.slice(2)
const documents = sharedDocuments()
const names = new Map(documents.map(({ name, path }) => [path, name]))

const folder = mkdtempSync(join(tmpdir(), 'panjereh-judge-'))
const list = join(folder, 'documents')
writeFileSync(list, documents.map(({ path }) => path).join('\n'))
const classes = `${join(target, 'classes')}:${join(target, 'dependency')}/*`
const { status, stdout, stderr } = spawnSync(
  'java',
  ['-cp', classes, 'Judge', '-', '--list', list],
  {
    encoding: 'utf8',
    env: { ...process.env, JUDGE_TRUSTS_ALL: 'true' },
    maxBuffer: 64 * 1024 * 1024,
  },
)
rmSync(folder, { recursive: true })
if (status !== 0) throw new Error(stderr)

const lines = stdout
  .trimEnd()
  .split('\n')
  .map((line) => line.split('\t'))
  .map(([path = '', ...said]) => [names.get(path) ?? path, ...said].join('\t').trimEnd())
  // Signatures of one document come in another order each time.
  .toSorted()
writeFileSync(join(HERE, 'shared-documents.tsv'), `${lines.join('\n')}\n`)
console.log(`${names.size} documents, ${lines.length} lines`)
