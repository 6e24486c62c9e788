import { describe, expect, test } from '@jest/globals'
import { activeContent } from '../../../src/signing/pdf/active-content.ts'
import { readPdf } from '../../../src/signing/pdf/file.ts'
import { minimalPdf, type MinimalPdf } from '../support/minimal-pdf.ts'

const found = (shape: MinimalPdf) =>
  activeContent(readPdf(minimalPdf(shape)).view).map(({ code, where }) => `${code} in ${where}`)

const js = '<< /S /JavaScript /JS (x) >>'
const layers = (more: string, ...objects: readonly string[]): MinimalPdf => ({
  catalog: `/OCProperties << /OCGs [20 0 R] /D << ${more} >> >>`,
  objects: ['<< /Type /OCG /Name (a) >>', ...objects],
})

const TRICKS: readonly (readonly [string, MinimalPdf])[] = [
  ['javascript in catalog', { catalog: `/OpenAction ${js}` }],
  ['javascript in catalog', { catalog: '/OpenAction << /S /J#61vaScript /JS (x) >>' }],
  [
    'javascript in catalog',
    { catalog: '/OpenAction << /S /GoTo /Next [<< /S /URI /Next 20 0 R >>] >>', objects: [js] },
  ],
  ['javascript in catalog', { catalog: `/AA << /WC ${js} >>` }],
  ['javascript in catalog', { catalog: `/Names << /JavaScript << /Names [(a) ${js}] >> >>` }],
  ['javascript in page 1', { page: `/AA << /O ${js} >>` }],
  ['javascript in page 1', { page: `/Annots [<< /Subtype /Link /A ${js} >>]` }],
  [
    'javascript in field',
    { catalog: `/AcroForm << /Fields [<< /T (a) /FT /Tx /AA << /K ${js} >> >>] >>` },
  ],
  [
    'javascript in outline',
    {
      catalog: '/Outlines << /First 20 0 R >>',
      objects: ['<< /Next 21 0 R >>', `<< /A ${js} /Next 20 0 R >>`],
    },
  ],
  [
    'launch_action in page 1',
    { page: '/Annots [<< /Subtype /Link /A << /S /Launch /F (a.exe) >> >>]' },
  ],
  ['changing_action in catalog', { catalog: '/OpenAction << /S /Hide /T (a) >>' }],
  ['changing_action in catalog', { catalog: '/OpenAction << /S /ImportData /F (a) >>' }],
  ['rich_media in page 1', { page: '/Annots [<< /Subtype /RichMedia >>]' }],
  [
    'dynamic_form in form',
    { catalog: '/AcroForm << /Fields [] /XFA [(x) 20 0 R] >>', objects: ['<< >>'] },
  ],
  ['optional_content in catalog', layers('/OFF [20 0 R]')],
  ['optional_content in catalog', layers('/BaseState /OFF')],
  ['optional_content in catalog', layers('/AS [<< /Event /Print /OCGs [20 0 R] >>]')],
  ['optional_content in catalog', layers('', '<< /Type /OCMD /OCGs 20 0 R /P /AllOff >>')],
  ['optional_content in catalog', layers('', '<< /Type /OCMD /VE [/Not 20 0 R] >>')],
]

describe('content that can change before the reader', () => {
  test.each(TRICKS)('%s', (expected, shape) => {
    expect(found(shape)).toEqual([expected])
    expect(found({ ...shape, kind: 'stream' })).toEqual([expected])
  })

  test.each<readonly [string, MinimalPdf]>([
    ['nothing', {}],
    ['going to a page', { catalog: '/OpenAction [3 0 R /Fit]' }],
    [
      'an address',
      { page: '/Annots [<< /Subtype /Link /A << /S /URI /URI (https://example.org) >> >>]' },
    ],
    ['layers that are all on', layers('/ON [20 0 R] /Order [20 0 R]')],
  ])('honest: %s', (_, shape) => {
    expect(found(shape)).toEqual([])
  })
})
