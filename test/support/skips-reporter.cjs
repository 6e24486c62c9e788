// Says at the end what was skipped, for want of what, and how to get it.
const { existsSync, readFileSync, unlinkSync } = require('node:fs')
const { relative } = require('node:path')
const { SKIPS_FILE } = require('./skips-file.cjs')

module.exports = class SkipsReporter {
  onRunComplete(_contexts, results) {
    const skipped = results.testResults.filter(
      (suite) => suite.skipped || suite.numPendingTests > 0,
    )
    const reasons = existsSync(SKIPS_FILE)
      ? [...new Set(readFileSync(SKIPS_FILE, 'utf8').trim().split('\n'))]
      : []
    if (existsSync(SKIPS_FILE)) unlinkSync(SKIPS_FILE)
    if (skipped.length === 0) return
    const lines = skipped.map(
      (suite) =>
        `  ${relative(process.cwd(), suite.testFilePath)} (${suite.numPendingTests} tests)`,
    )
    const wants = reasons.map((reason) => `  ${reason}`)
    console.log(['\nSkipped:', ...lines, 'For want of:', ...wants].join('\n'))
  }
}
