export const SKIPS_FILE: string
