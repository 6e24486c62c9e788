// Where suites that are skipped leave word for the summary: one file a run of jest.
const { tmpdir } = require('node:os')
const { join } = require('node:path')

const run = process.env.PANJEREH_TEST_RUN || String(process.pid)
process.env.PANJEREH_TEST_RUN = run

exports.SKIPS_FILE = join(tmpdir(), `panjereh-skips-${run}.txt`)
