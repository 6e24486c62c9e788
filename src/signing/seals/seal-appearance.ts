import { z } from 'zod'
import type { FieldOptions, VisibleAppearance } from '../../ports/pdf-writer.ts'

/** Where a seal is seen, as an agency says it (docs/signing-service.md); millimetres from the top left of the page. */
export type AskedAppearance = Readonly<Record<string, string | number | boolean>>

export interface SealPlace extends Pick<FieldOptions, 'page' | 'field'> {
  /** Whose seal it is the certificate says, and nobody else. */
  readonly appearance?: Omit<VisibleAppearance, 'signer'>
}

const Asked = z.object({
  page: z.number().optional(),
  field: z.string().optional(),
  left: z.number().optional(),
  top: z.number().optional(),
  width: z.number().optional(),
  height: z.number().optional(),
  title: z.string().optional(),
  showHash: z.boolean().optional(),
})

const TITLE = 'مهر سازمانی'

/** Without an appearance nothing is seen on the page. */
export function sealPlace(asked: AskedAppearance | undefined): SealPlace {
  if (asked === undefined) return {}
  const { page, field, left, top, width, height, title = TITLE, showHash } = Asked.parse(asked)
  const isPlaced =
    left !== undefined && top !== undefined && width !== undefined && height !== undefined
  const place = isPlaced ? { left, top, width, height } : undefined
  return { page, field, appearance: { locale: 'fa', title, showHash, place } }
}
