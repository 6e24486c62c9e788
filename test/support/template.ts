import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where a run of jest keeps the database that others are copied from. */
export const TEMPLATE = join(tmpdir(), `panjereh-template-${process.env['PANJEREH_TEST_RUN']}`)

/** After the last test. */
export default function removeTemplate() {
  rmSync(TEMPLATE, { recursive: true, force: true })
}
