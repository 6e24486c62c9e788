import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { minimalPdf } from '../support/minimal-pdf.ts'
import { folder } from '../support/tools.ts'

const MB = 1024 * 1024

/** The kernel's own account of a process is Linux's. */
const onLinux = process.platform === 'linux' ? describe : describe.skip

onLinux('documents of 50 MB', () => {
  it('ten at once are signed in less than 200 MB', () => {
    const files = folder()
    try {
      const path = files.put('large.pdf', minimalPdf({ padding: 50 * MB }))
      const program = join(import.meta.dirname, 'support/sign-large.ts')
      const said = execFileSync(process.execPath, ['--no-warnings', program, path, '10'], {
        encoding: 'utf8',
      })
      const { sizes, mostBytes } = JSON.parse(said) as { sizes: number[]; mostBytes: number }
      expect(sizes).toHaveLength(10)
      for (const size of sizes) expect(size).toBeGreaterThan(50 * MB)
      expect(mostBytes).toBeGreaterThan(20 * MB)
      expect(mostBytes).toBeLessThan(200 * MB)
    } finally {
      files.remove()
    }
  })
})
