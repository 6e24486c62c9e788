import { expect } from '@jest/globals'
import type { Locator } from 'playwright-core'
import type { Locale } from '../../src/identity/locale.ts'
import { texts } from '../../src/pages/text/index.ts'
import { numberOf, told } from './document-viewer.ts'

/** In a document of twelve pages, on which `Page 1` to `Page 12` stands. */
export async function looksForWords(view: Locator, locale: Locale): Promise<void> {
  const search = view.locator('[data-search]')
  const number = view.locator('[data-number]')
  const { foundNone, foundSome } = texts(locale).signature.viewer
  const digits = new Intl.NumberFormat(locale === 'fa' ? 'fa-IR' : 'en')
  const hears = (words: string) =>
    view.locator('[data-found][role="status"]').filter({ hasText: words }).waitFor()
  const hit = (times: number, pages: number, at: number) =>
    foundSome
      .replace('{times}', digits.format(times))
      .replace('{pages}', digits.format(pages))
      .replace('{page}', digits.format(at))
  const look = async (words: string) => {
    await search.fill(words)
    await search.press('Enter')
  }

  await look('page  ۷')
  await hears(hit(1, 1, 7))
  await told(number, numberOf(locale, 7, 12))
  const seventh = view.locator('.document-page').nth(6)
  expect(await seventh.locator('.document-text .hit').textContent()).toBe('Page 7')
  await look('1')
  for (const at of [10, 11, 12, 1]) {
    await hears(hit(5, 4, at))
    await told(number, numberOf(locale, at, 12))
    await search.press('Enter')
  }
  await look('nowhere')
  await hears(foundNone)

  await view.locator('[data-page]').fill('۵')
  await view.locator('[data-page]').press('Enter')
  await told(number, numberOf(locale, 5, 12))
  // What can be selected lies over the picture of it.
  const fifth = view.locator('.document-page').nth(4)
  const words = fifth.locator('.document-text span').first()
  await words.waitFor({ state: 'attached' })
  const [text, sheet] = [await words.boundingBox(), await fifth.boundingBox()]
  expect(text?.height).toBeGreaterThan(5)
  expect(text?.width).toBeLessThan(sheet?.width ?? 0)
}
