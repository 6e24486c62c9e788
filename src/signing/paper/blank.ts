/** Numbers of the objects in a blank document; pages stand from 4 on. */
export const CATALOG = 1
export const INFO = 3
const PAGES = 2
export const pageNumber = (at: number): number => 4 + at

/** A document of so many empty pages, for the writer of increments to fill: it begins with nothing but a frame. */
export function blank(pages: number): Buffer {
  const numbers = Array.from({ length: pages }, (_, at) => pageNumber(at))
  const kids = numbers.map((number) => `${number} 0 R`).join(' ')
  const bodies = [
    `<</Type/Catalog/Pages ${PAGES} 0 R>>`,
    `<</Type/Pages/Count ${pages}/Kids[${kids}]/MediaBox[0 0 595 842]>>`,
    '<<>>',
    ...numbers.map(() => `<</Type/Page/Parent ${PAGES} 0 R>>`),
  ]
  let text = '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n'
  const rows = bodies.map((body, at) => {
    const row = `${String(text.length).padStart(10, '0')} 00000 n \n`
    text += `${at + 1} 0 obj\n${body}\nendobj\n`
    return row
  })
  const size = bodies.length + 1
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${rows.join('')}`
  const trailer = `trailer\n<</Size ${size}/Root ${CATALOG} 0 R/Info ${INFO} 0 R>>\n`
  return Buffer.from(`${text}${table}${trailer}startxref\n${text.length}\n%%EOF\n`, 'latin1')
}
