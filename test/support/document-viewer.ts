import type { Locator, Page } from 'playwright-core'
import type { Locale } from '../../src/identity/locale.ts'
import { texts } from '../../src/pages/text/index.ts'

/** Every document of the page, once its first sheet is drawn. */
export async function shown(page: Page): Promise<readonly Locator[]> {
  const views = await page.locator('[data-document]').all()
  for (const view of views) {
    // Wholly, as whoever reads it does: a glimpse is not enough.
    await view.evaluate((one) => one.scrollIntoView())
    await view.locator('canvas').first().waitFor()
    await view.and(page.locator('[data-seen]')).waitFor()
  }
  return views
}

export function numberOf(locale: Locale, page: number, of: number): string {
  const digits = new Intl.NumberFormat(locale === 'fa' ? 'fa-IR' : 'en')
  return texts(locale)
    .signature.viewer.count.replace('{page}', digits.format(page))
    .replace('{of}', digits.format(of))
}

export async function told(place: Locator, words: string): Promise<void> {
  await place.filter({ hasText: new RegExp(`^${words}$`) }).waitFor()
}

/** How many points of a picture are dark. */
export function inkOf(canvas: Locator): Promise<number> {
  return canvas.evaluate((one) => {
    const { width, height } = one as HTMLCanvasElement
    const data = (one as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height).data
    let dark = 0
    for (let at = 0; at < width * height; at += 1) if ((data?.[at * 4] ?? 255) < 128) dark += 1
    return dark
  })
}
