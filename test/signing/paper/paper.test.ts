import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { printed } from '../../../src/signing/paper/print.ts'
import { seeded } from '../../../interactions/signature/seeded.ts'
import { declarationText, termsText } from '../../../interactions/signature/words.ts'
import { paperPrinter } from '../../../src/signing/paper/printer.ts'
import { requires } from '../../support/skips.ts'

const person = { givenName: 'سارا', familyName: 'نمونه‌زاده', number: '9990000018' }
const at = Date.UTC(2026, 10, 26, 11)
const declared = (locale: 'fa' | 'en', reference = 'visit-1') =>
  declarationText({ person, client: 'سامانهٔ آزمون', at, reference, locale })

const papered = (text: string, locale: 'fa' | 'en', seed = 's') => {
  const lines = text.split('\n').map((one) => ({ kind: 'body' as const, text: one }))
  const foot = locale === 'fa' ? 'برگ {page} از {pages}' : 'Page {page} of {pages}'
  return printed({ locale, lines, foot }, seeded(seed, 'p'))
}

describe('what grows from a seed', () => {
  it('is the same each time, and another one for another seed, label or turn', () => {
    const take = (seed: string, label: string) => {
      const random = seeded(seed, label)
      return [random.bytes(16), random.bytes(16)].map((one) => Buffer.from(one).toString('hex'))
    }
    expect(take('a', 'x')).toEqual(take('a', 'x'))
    const all = [...take('a', 'x'), ...take('b', 'x'), ...take('a', 'y')]
    expect(new Set(all).size).toBe(6)
  })
})

describe('a page of text', () => {
  it('is the same file for the same words, and another for others', () => {
    const paper = (text: string, seed = 's') => papered(text, 'fa', seed)
    expect(paper(declared('fa')).equals(paper(declared('fa')))).toBe(true)
    expect(paper(declared('fa')).equals(paper(declared('fa', 'visit-2')))).toBe(false)
  })

  it('is the same out of the thread in which the window prints', async () => {
    const printer = paperPrinter({ waiting: 1 })
    const paper = { locale: 'fa', lines: [{ kind: 'title', text: 'اعلام' }] } as const
    const id = Buffer.alloc(16, 5)
    const both = Promise.all([printer.print(paper, id), printer.print(paper, id)])
    await expect(printer.print(paper, id)).rejects.toMatchObject({ code: 'upstream_unavailable' })
    const [one, other] = await both
    await printer.close()
    expect(one.equals(other)).toBe(true)
    expect(one.equals(printed(paper, { bytes: () => id }))).toBe(true)
  })

  it('says who signs in where and when, in the person’s language', () => {
    expect(declared('fa')).toContain('سامانهٔ آزمون')
    expect(declared('fa')).toContain('۹۹۹۰۰۰۰۰۱۸')
    expect(declared('fa')).toContain('۵ آذر ۱۴۰۵')
    expect(declared('en')).toContain('26 November 2026 at 14:30')
    expect(termsText(person, 'hardware', 'en')).not.toBe(termsText(person, 'software', 'en'))
  })
})

requires('poppler', 'qpdf')('a page of text, for others', () => {
  let home: string
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'panjereh-paper-'))
  })
  afterAll(() => rm(home, { recursive: true, force: true }))

  it.each(['fa', 'en'] as const)(
    'is a sound document whose words can be copied: %s',
    async (locale) => {
      const file = join(home, `${locale}.pdf`)
      const text = `${declared(locale)}\n${termsText(person, 'software', locale)}`
      await writeFile(file, papered(text, locale))
      expect(execFileSync('qpdf', ['--check', file], { encoding: 'utf8' })).toContain('No syntax')
      const copied = execFileSync('pdftotext', [file, '-'], { encoding: 'utf8' })
      const plain = copied.replaceAll(/[\u202a-\u202e\u2066-\u2069\s]+/g, ' ')
      const words = text
        .split(/\s+/)
        .filter((word) => /^(?:\p{L}|\p{N}|\p{M}|\u200c)+$/u.test(word))
      const lost = words.filter((word) => !plain.normalize('NFC').includes(word))
      expect(lost).toEqual([])
      expect(plain).toContain(locale === 'fa' ? 'برگ ۱ از ۱' : 'Page 1 of 1')
      expect(words.length).toBeGreaterThan(60)
    },
  )
})
