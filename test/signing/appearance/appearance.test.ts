import { afterAll, beforeAll, expect, test } from '@jest/globals'
import sharp from 'sharp'
import type { Signer } from '../../../src/ports/signer.ts'
import { shapeLine } from '../../../src/signing/appearance/line.ts'
import type { SignPdfOptions } from '../../../src/signing/pades/sign.ts'
import { bytesOf, signPdf } from '../../../src/signing/pades/sign.ts'
import { requires } from '../../support/skips.ts'
import { minimalPdf } from '../support/minimal-pdf.ts'
import { sandboxSigning, type SandboxSigning } from '../support/sandbox-signing.ts'
import { folder, pdfsig, qpdfCheck, run } from '../support/tools.ts'

const files = folder()
let sandbox: SandboxSigning
let signer: Signer
beforeAll(async () => {
  sandbox = await sandboxSigning()
  signer = await sandbox.signer()
})
afterAll(async () => {
  await sandbox.close()
  files.remove()
})

async function drawn(
  options: Omit<SignPdfOptions, 'profile'>,
  bytes = minimalPdf(),
): Promise<string> {
  const ports = { ...sandbox.ports, clock: { now: () => Date.UTC(2026, 2, 21, 8, 30) }, signer }
  const result = await signPdf(ports, bytes, { profile: 'B-B', ...options })
  return files.put('drawn.pdf', bytesOf(result))
}

/** Without the marks of direction that pdftotext adds. */
function textIn(file: string): string {
  const { out } = run('pdftotext', file, '-')
  return Buffer.from(out, 'latin1')
    .toString('utf8')
    .replace(/[\u202a-\u202e]/g, '')
}

test('Persian is shaped and ordered: joined letters, Latin and numbers from left to right', () => {
  const logical = shapeLine('نسخهٔ PDF شمارهٔ 12', 'rtl').glyphs.map(({ text }) => text)
  expect(logical.join('')).toBe('12 ٔهرامش PDF ٔهخسن')
  const alone = shapeLine('ب', 'rtl').glyphs[0]?.id
  const joined = shapeLine('ببب', 'rtl').glyphs.map(({ id }) => id)
  expect(new Set([alone, ...joined]).size).toBe(4)
})

test('what the font does not have is shown as a question mark', () => {
  expect(shapeLine('علی 中', 'rtl').glyphs.map(({ text }) => text)).toContain('?')
  expect(shapeLine('علی 中', 'rtl').glyphs.every(({ id }) => id !== 0)).toBe(true)
})

requires('poppler', 'qpdf')('a visible signature', () => {
  test('its text is copied in the right order', async () => {
    const text = textIn(
      await drawn({ appearance: { signer: 'زهرا اسلامی‌نژاد', reason: 'تأیید خانهٔ سلام الله' } }),
    )
    for (const words of [
      'امضای دیجیتال',
      'زهرا اسلامی‌نژاد',
      'تأیید خانهٔ سلام الله',
      'فروردین',
      '۱۴۰۵',
      '۱۲:۰۰',
    ])
      expect(text).toContain(words)
  })

  test('in English, too', async () => {
    const text = textIn(await drawn({ appearance: { signer: 'Ali Rezaei', locale: 'en' } }))
    expect(text).toMatch(
      /Digitally signed by\nAli Rezaei\n21 March 2026 at 12:00 \(Tehran\)\nDocument hash: [0-9a-f]{4} /,
    )
  })

  test('the hash is that of the document before the signature', async () => {
    const before = minimalPdf({ pages: 2 })
    const { createHash } = await import('node:crypto')
    const digits = createHash('sha256')
      .update(before)
      .digest('hex')
      .slice(0, 16)
      .replace(/.{4}(?=.)/g, '$& ')
    expect(textIn(await drawn({ appearance: { signer: 'x', locale: 'en' } }, before))).toContain(
      digits,
    )
  })

  test('the font is embedded and all of it can be copied; the file is clean and the signature holds', async () => {
    const picture = await sharp({
      create: {
        width: 60,
        height: 40,
        channels: 4,
        background: { r: 10, g: 80, b: 160, alpha: 0.5 },
      },
    })
      .png()
      .toBuffer()
    const file = await drawn({ appearance: { signer: 'علی', picture } })
    expect(run('pdffonts', file).out).toMatch(
      /Vazirmatn-Regular\s+CID TrueType\s+Identity-H\s+yes yes yes/,
    )
    expect(run('pdfimages', '-list', file).code).toBe(0)
    expect(qpdfCheck(file)).toBe(0)
    expect(pdfsig(file)).toMatchObject([{ isValid: true, isWhole: true }])
  })

  test.each([0, 90, 180, 270])(
    'it is upright and in its place on a page that is turned by %i degrees',
    async (degrees) => {
      const place = { left: 20, top: 30, width: 80, height: 30 }
      const file = await drawn(
        { appearance: { signer: 'Ali', locale: 'en', place } },
        minimalPdf({ page: `/Rotate ${degrees}` }),
      )
      run('pdftoppm', '-r', '50.8', '-png', '-singlefile', file, files.path('page'))
      const found = await darkBox(files.path('page.png'), place)
      // 50.8 dots an inch are two a millimetre.
      expect(found.left).toBeGreaterThanOrEqual(2 * place.left - 2)
      expect(found.top).toBeGreaterThanOrEqual(2 * place.top - 2)
      expect(found.right).toBeLessThanOrEqual(2 * (place.left + place.width) + 2)
      expect(found.bottom).toBeLessThanOrEqual(2 * (place.top + place.height) + 2)
      // Upright text is wider than high, and begins at the left.
      expect(found.right - found.left).toBeGreaterThan(found.bottom - found.top)
      expect(run('pdftotext', file, '-').out).toContain('Digitally signed by')
    },
  )

  test.each([
    ['no picture at all', Buffer.from('GIF89a')],
    ['a cut one', Buffer.from('89504e470d0a1a0a0000', 'hex')],
    ['SVG', Buffer.from('<svg/>')],
  ])('a picture is a PNG or a JPEG: %s', async (_, picture) => {
    await expect(drawn({ appearance: { signer: 'x', picture } })).rejects.toMatchObject({
      code: 'picture_invalid',
    })
  })

  test('in a field that is there it fills that field', async () => {
    const before = minimalPdf({
      catalog: '/AcroForm << /Fields [20 0 R] >>',
      page: '/Annots [20 0 R]',
      objects: [
        '<< /Type /Annot /Subtype /Widget /FT /Sig /T (here) /F 4 /Rect [100 100 300 160] /P 3 0 R >>',
      ],
    })
    expect(
      textIn(await drawn({ field: 'here', appearance: { signer: 'علی رضایی' } }, before)),
    ).toContain('علی رضایی')
  })
})

interface Edges {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** The edges of all that is dark, but for the text of the page itself (which is far from the signature). */
async function darkBox(
  file: string,
  place: { left: number; top: number; width: number; height: number },
): Promise<Edges> {
  const { data, info } = await sharp(file).greyscale().raw().toBuffer({ resolveWithObject: true })
  let [left, top, right, bottom] = [info.width, info.height, 0, 0]
  const near = 8
  for (
    let y = Math.max(0, 2 * place.top - near);
    y < Math.min(info.height, 2 * (place.top + place.height) + near);
    y++
  )
    for (
      let x = Math.max(0, 2 * place.left - near);
      x < Math.min(info.width, 2 * (place.left + place.width) + near);
      x++
    ) {
      if (data[y * info.width + x]! > 200) continue
      left = Math.min(left, x)
      right = Math.max(right, x)
      top = Math.min(top, y)
      bottom = Math.max(bottom, y)
    }
  return { left, top, right, bottom }
}
