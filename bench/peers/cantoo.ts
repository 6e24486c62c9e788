import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { PDFDocument } from '@cantoo/pdf-lib'
import type { Side } from '../pades-sides.ts'

/** An update and its hash alone: it does not sign. */
export const cantoo: Side = async (_, file) => {
  const pdf = await PDFDocument.load(await readFile(file), { forIncrementalUpdate: true })
  pdf.getPage(0).drawText('x')
  return createHash('sha256')
    .update(await pdf.commit())
    .digest()
}
