import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { EVENT_TYPES } from '../src/ports/event-sink.ts'
import { VARIABLES, type VariableName } from '../src/config-variables.ts'
import { metrics } from '../src/http/metrics.ts'
import { CLIENT_POLICY } from '../src/oidc/client-policy.ts'

const ROOT = join(import.meta.dirname, '..')
const DOCS = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`)
const PAGES = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', ...DOCS]
const text = (page: string) => readFileSync(join(ROOT, page), 'utf8')

/** Read by the tests alone. */
const OTHERS = ['PANJEREH_REQUIRE_ALL', 'PANJEREH_SCREENSHOTS']

/** A name with `_FILE` stands for a secret that may come from a file. */
function exists(name: string): boolean {
  if (Object.hasOwn(VARIABLES, name) || OTHERS.includes(name)) return true
  const base = name.replace(/_FILE$/, '')
  return Object.hasOwn(VARIABLES, base) && 'isSecret' in VARIABLES[base as VariableName]
}

describe('the documentation', () => {
  it.each(PAGES)('%s names no variable that is none', (page) => {
    const named = text(page).match(/\bPANJEREH_[A-Z_]*[A-Z]\b/g) ?? []
    expect([...new Set(named)].filter((name) => !exists(name))).toEqual([])
  })

  it('has every variable in the table of the README, with its default', () => {
    const rows = text('README.md')
      .split('\n')
      .filter((line) => line.startsWith('| `PANJEREH_'))
    const told = rows.map((row) => row.split('|').map((cell) => cell.trim()))
    const names = told.map(([, name]) => name?.replaceAll('`', ''))
    expect(names).toEqual(Object.keys(VARIABLES))
    for (const [, name = '', fallback] of told) {
      const variable = VARIABLES[name.replaceAll('`', '') as VariableName]
      expect([name, fallback]).toEqual([
        name,
        'fallback' in variable ? `\`${variable.fallback}\`` : '',
      ])
    }
  })

  it.each(PAGES)('%s leads to files that are there', (page) => {
    const links = [...text(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)/g)]
    for (const [, link = ''] of links) {
      expect(() => readdirOrFile(join(ROOT, page, '..', link))).not.toThrow()
    }
  })

  it('names in operations the metrics and events that there are', async () => {
    const { registry, dropped } = metrics()
    dropped(() => 0)
    const metricNames = (await registry.getMetricsAsJSON()).map(({ name }) => name)
    const known: readonly string[] = [...metricNames, ...CLIENT_POLICY]
    const operations = text('docs/operations.md')
    const named = operations.match(/\b(panjereh|process|nodejs)_[a-z0-9_]+/g) ?? []
    const bare = named.map((name) => name.replace(/(?<=request_seconds)_(bucket|count|sum)$/, ''))
    expect([...new Set(bare)].filter((name) => !known.includes(name))).toEqual([])
    const types = [...operations.matchAll(/type="([^"]+)"|--type ([\w.]+)/g)]
    const told = types.map(([, one, other]) => one ?? other)
    expect(told.length).toBeGreaterThan(4)
    expect(told.filter((type) => !EVENT_TYPES.some((known) => known === type))).toEqual([])
  })
})

function readdirOrFile(path: string): void {
  try {
    readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EISDIR') throw error
  }
}
