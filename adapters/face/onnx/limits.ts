/** Of one image as it comes in. */
export const MAX_BYTES = 4 << 20
export const MAX_PIXELS = 16_000_000
