export type PictureType = 'image/png' | 'image/jpeg' | 'image/webp'

/** What the first bytes are, by type; undefined stands for any byte. SVG is a document, not a picture. */
const BEGINNINGS: Readonly<Record<PictureType, readonly (number | undefined)[]>> = {
  'image/png': [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  'image/jpeg': [0xff, 0xd8, 0xff],
  'image/webp': [
    ...[0x52, 0x49, 0x46, 0x46],
    ...[undefined, undefined, undefined, undefined],
    ...[0x57, 0x45, 0x42, 0x50],
  ],
}

/** The type of a picture by its content, whatever its name or its server says; undefined for all else. */
export function pictureType(body: Uint8Array): PictureType | undefined {
  const found = Object.entries(BEGINNINGS).find(([, beginning]) =>
    beginning.every((byte, at) => byte === undefined || body[at] === byte),
  )
  return found?.[0] as PictureType | undefined
}
