/** The JPEG images of a motion JPEG file (as Chromium's fake camera takes it): one after the other, nothing
 *  between them. Markers are walked, so that a thumbnail inside an image does not end it (ITU-T T.81 annex B). */
export function jpegsOf(file: Uint8Array): readonly Uint8Array[] {
  const images: Uint8Array[] = []
  let at = 0
  while (at < file.length) {
    const end = endOfJpeg(file, at)
    if (end === undefined) throw new RangeError(`no whole JPEG image begins at byte ${at}`)
    images.push(file.subarray(at, end))
    at = end
  }
  return images
}

const [START, END, SCAN] = [0xd8, 0xd9, 0xda]

function endOfJpeg(file: Uint8Array, start: number): number | undefined {
  if (file[start] !== 0xff || file[start + 1] !== START) return undefined
  let at = start + 2
  while (at + 1 < file.length) {
    if (file[at] !== 0xff) return undefined
    const marker = file[at + 1] ?? 0
    if (marker === END) return at + 2
    const isFill = marker === 0xff
    at = isFill ? at + 1 : at + 2 + lengthAt(file, at + 2)
    if (marker === SCAN) at = endOfScan(file, at)
  }
  return undefined
}

const lengthAt = (file: Uint8Array, at: number) => ((file[at] ?? 0) << 8) | (file[at + 1] ?? 0)

/** In the coded data 0xFF is followed by 0 or by one of the restart markers. */
function endOfScan(file: Uint8Array, from: number): number {
  let at = from
  while (at + 1 < file.length) {
    const next = file[at + 1] ?? 0
    if (file[at] === 0xff && next !== 0 && (next < 0xd0 || next > 0xd7)) return at
    at += 1
  }
  return file.length
}
