/** A file out of a form (RFC 7578). `bytes` is a view of the body: nothing is copied. */
export interface FilePart {
  /** As the browser gave it: not to be believed, only to be shown. */
  readonly fileName: string
  readonly bytes: Buffer
}

const MOST_PARTS = 8
const MOST_HEADER_BYTES = 4096
const LINE = '\r\n'

/** The one file called `name` in a form; undefined when the body is no such form, or has none or several. Own code
 *  since what Node has copies each file three times, and they are large. */
export function filePart(body: Buffer, contentType: string, name: string): FilePart | undefined {
  const boundary = boundaryIn(contentType)
  const parts = boundary === undefined ? undefined : partsIn(body, boundary)
  const files = parts?.flatMap((part) => fileIn(part, name) ?? [])
  return files?.length === 1 ? files[0] : undefined
}

/** RFC 2046 section 5.1.1: at most 70 characters. */
function boundaryIn(contentType: string): string | undefined {
  const found = /^multipart\/form-data\s*;.*?\bboundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/is.exec(
    contentType,
  )
  return found?.[1] ?? found?.[2]
}

interface Part {
  readonly head: string
  readonly bytes: Buffer
}

function partsIn(body: Buffer, boundary: string): readonly Part[] | undefined {
  const parts: Part[] = []
  const delimiter = `${LINE}--${boundary}`
  // The first delimiter has no line before it.
  if (body.indexOf(delimiter.slice(2), 0, 'latin1') !== 0) return undefined
  let at = delimiter.length - 2
  while (body.toString('latin1', at, at + 2) !== '--') {
    const part = partAt(body, at, delimiter)
    if (part === undefined || parts.push(part) > MOST_PARTS) return undefined
    at = part.bytes.byteOffset - body.byteOffset + part.bytes.length + delimiter.length
  }
  return parts
}

function partAt(body: Buffer, at: number, delimiter: string): Part | undefined {
  if (body.toString('latin1', at, at + 2) !== LINE) return undefined
  const headEnd = body.subarray(at, at + MOST_HEADER_BYTES).indexOf(LINE + LINE, 0, 'latin1')
  if (headEnd === -1) return undefined
  const start = at + headEnd + 4
  const end = body.indexOf(delimiter, start, 'latin1')
  if (end === -1) return undefined
  return { head: body.toString('utf8', at, at + headEnd), bytes: body.subarray(start, end) }
}

function fileIn({ head, bytes }: Part, name: string): FilePart | undefined {
  const lines = head.split(LINE)
  const disposition =
    lines.find((line) => /^content-disposition:\s*form-data\s*;/i.test(line)) ?? ''
  const value = (key: string) => new RegExp(`(?:^|[\\s;])${key}="([^"]*)"`).exec(disposition)?.[1]
  const fileName = value('filename')
  if (fileName === undefined || value('name') !== name) return undefined
  return { fileName: unescaped(fileName), bytes }
}

/** The three characters that browsers escape (WHATWG HTML, multipart form data). */
const unescaped = (text: string) =>
  text.replaceAll('%22', '"').replaceAll('%0D', ' ').replaceAll('%0A', ' ')
