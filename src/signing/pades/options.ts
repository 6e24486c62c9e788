export type {
  FieldOptions,
  Place,
  SignatureOptions,
  SignatureWords,
  VisibleAppearance,
} from '../../ports/pdf-writer.ts'

export const PADES_PROFILES = ['B-B', 'B-T', 'B-LT', 'B-LTA'] as const
/** ETSI EN 319 142-1 section 6: with the signature alone; with a time stamp; with all that a later check needs;
 *  with a time stamp over all of it. */
export type PadesProfile = (typeof PADES_PROFILES)[number]
