/** The specimen card, in pixels: 85.60 × 53.98 mm (ISO/IEC 7810 ID-1) at 300 dots an inch. */
export const CARD = { width: 1012, height: 638, corner: 36 } as const

export type Box = readonly [left: number, top: number, right: number, bottom: number]

/** Where things are. The layout resembles the national card (portrait left, fields right) and copies nothing. */
export const PLACES = {
  portrait: [48, 146, 312, 498],
  mark: [40, 28, 430, 118],
  hologram: [60, 516, 180, 612],
} as const satisfies Readonly<Record<string, Box>>

/** Right ends of the two columns, as Persian is read. */
export const COLUMNS = { labels: 972, values: 760 } as const

/** Base lines of the rows. */
export const ROWS = {
  nationalId: 192,
  givenName: 266,
  familyName: 340,
  birthDate: 414,
  fatherName: 488,
  expiresAt: 572,
} as const

export type RowName = keyof typeof ROWS

export const LABELS: Readonly<Record<RowName, string>> = {
  nationalId: 'شماره ملی',
  givenName: 'نام',
  familyName: 'نام خانوادگی',
  birthDate: 'تاریخ تولد',
  fatherName: 'نام پدر',
  expiresAt: 'پایان اعتبار',
}

export const INKS = { text: '#17202b', label: '#4b6472', mark: '#c2185b' } as const
