import type { AppendedDocument, PdfWriter } from '../../ports/pdf-writer.ts'
import { grown, growing, type GrowingPdf } from './appended.ts'
import { writeSignature } from './prepare.ts'
import { writeTimestamp } from './timestamp.ts'
import { writeValidationData } from './dss.ts'

/** In this very thread: for whoever has nobody else to serve meanwhile. */
export const writerHere: PdfWriter = {
  signature: async (pdf, wish) => writeSignature(growthOf(pdf), wish),
  validationData: async (pdf, wish) => writeValidationData(growthOf(pdf), wish),
  timestamp: async (pdf, wish) => writeTimestamp(growthOf(pdf), wish),
}

function growthOf(pdf: AppendedDocument | GrowingPdf): GrowingPdf {
  const { base, added } = pdf
  if ('whole' in pdf) return pdf
  return added.length === 0 ? growing(base) : grown({ base, added: Buffer.alloc(0) }, added)
}
