import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sharedDocuments } from '../../test/signing/verify/support/documents.ts'
import { dssVerdicts } from './dss.ts'

/** Asks EU DSS about every shared document, trusting all certificates in it, and keeps what it says in
 *  `shared-documents.tsv` beside this file (file, format, indication, sub-indication, errors, warnings), where
 *  `scripts/verification-table.ts` finds it: Java and Maven are not needed to write the table anew.
 *  `node scripts/judges/shared-documents.ts [FOLDER]`: FOLDER is `dss/target`, as Maven made it. */

const HERE = import.meta.dirname
const [target = join(HERE, 'dss/target')] = process.argv.slice(2)
const documents = sharedDocuments()
const names = new Map(documents.map(({ name, path }) => [path, name]))
const verdicts = await dssVerdicts([...names.keys()], {
  target,
  environment: { JUDGE_TRUSTS_ALL: 'true' },
})
const lines = verdicts
  .map(({ path, format, indication, subIndication, errors, warnings }) =>
    [names.get(path), format, indication, subIndication, errors, warnings].join('\t').trimEnd(),
  )
  // Signatures of one document come in another order each time.
  .toSorted()
writeFileSync(join(HERE, 'shared-documents.tsv'), `${lines.join('\n')}\n`)
console.log(`${names.size} documents, ${lines.length} lines`)
