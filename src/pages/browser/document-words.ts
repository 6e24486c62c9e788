/** Words and parts of a document's place, all of them drawn by the server. */

type Kind<One> = abstract new () => One

export function part<One extends Element>(
  within: ParentNode,
  selector: string,
  kind: Kind<One>,
): One {
  const found = within.querySelector(selector)
  if (!(found instanceof kind)) throw new TypeError(`no ${selector} here`)
  return found
}

export function digitsOf({ dataset }: HTMLElement): Intl.NumberFormat {
  return new Intl.NumberFormat(dataset['locale'] === 'fa' ? 'fa-IR' : 'en')
}

/** As `page 3 of 12`. */
export function counted(place: HTMLElement, page: number, of: number): string {
  const digits = digitsOf(place)
  return (place.dataset['count'] || '')
    .replace('{page}', digits.format(page))
    .replace('{of}', digits.format(of))
}
