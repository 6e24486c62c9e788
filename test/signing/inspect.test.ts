import { afterAll, describe, expect, it } from '@jest/globals'
import { pdfInspector } from '../../src/signing/inspect/inspector.ts'
import { minimalPdf } from './support/minimal-pdf.ts'

const inspector = pdfInspector()
afterAll(() => inspector.close())

describe('documents before they are taken', () => {
  it('are fit when a signature can be placed', async () => {
    const appearance = { signer: 'نام', place: { left: 20, top: 20, width: 60, height: 20 } }
    expect(await inspector.inspect({ bytes: minimalPdf({}) })).toEqual({ kind: 'fit', pages: 1 })
    expect(await inspector.inspect({ bytes: minimalPdf({}), page: 1, appearance })).toEqual({
      ...{ kind: 'fit', pages: 1 },
    })
  })

  it.each([
    ['page_unknown', minimalPdf({}), { page: 7 }],
    ['field_unknown', minimalPdf({}), { field: 'a.b' }],
    ['not_pdf', Buffer.from('x'), {}],
    ['launch_action', minimalPdf({ catalog: '/OpenAction << /S /Launch /F (a) >>' }), {}],
  ] as const)('are refused for %s', async (code, bytes, more) => {
    const expected = code === 'field_unknown' ? /field/ : new RegExp(code)
    const found = await inspector.inspect({ bytes, ...more })
    expect(found).toMatchObject({
      kind: 'refused',
      code: expect.stringMatching(expected) as unknown,
    })
  })

  it('are refused when they take too long, and the next one is looked at', async () => {
    const hasty = pdfInspector({ timeoutMs: 1 })
    expect(await hasty.inspect({ bytes: minimalPdf({}) })).toMatchObject({ code: 'took_too_long' })
    await hasty.close()
    expect(await inspector.inspect({ bytes: minimalPdf({}) })).toMatchObject({ kind: 'fit' })
  })

  it('are refused when the window would have too much work with them', async () => {
    const lazy = pdfInspector({ mostCpuMs: 0 })
    expect(await lazy.inspect({ bytes: minimalPdf({}) })).toMatchObject({
      ...{ kind: 'refused', code: 'took_too_long', where: 'preparing' },
    })
    await lazy.close()
  })
})
