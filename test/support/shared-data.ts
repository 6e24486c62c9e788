import { join } from 'node:path'

/** Where faces of real people lie that are for measuring only; they are not part of the project. */
export const SHARED_DATA =
  process.env['PANJEREH_SHARED_DATA'] ?? join(import.meta.dirname, '../../../shared/data')
