interface Cookie {
  readonly name: string
  readonly value: string
  readonly path: string
}

/** As much of RFC 6265 as a citizen of one machine needs: by host and path, ports make no difference. */
export function cookieJar() {
  const byHost = new Map<string, Map<string, Cookie>>()

  return {
    /** Takes what a response at `url` set. */
    take(url: URL, lines: readonly string[]): void {
      const cookies = byHost.get(url.hostname) ?? new Map<string, Cookie>()
      byHost.set(url.hostname, cookies)
      for (const line of lines) {
        const cookie = parse(line)
        const id = `${cookie.name};${cookie.path}`
        if (cookie.isGone) cookies.delete(id)
        else cookies.set(id, cookie)
      }
    },

    header(url: URL): string {
      const cookies = [...(byHost.get(url.hostname)?.values() ?? [])]
      return cookies
        .filter(({ path }) => matches(url.pathname, path))
        .sort((one, other) => other.path.length - one.path.length)
        .map(({ name, value }) => `${name}=${value}`)
        .join('; ')
    },

    /** All of a host, for another browser to go on with. */
    of(host: string): readonly Cookie[] {
      return [...(byHost.get(host)?.values() ?? [])]
    },

    forget(): void {
      byHost.clear()
    },
  }
}

function parse(line: string): Cookie & { readonly isGone: boolean } {
  const [pair = '', ...rest] = line.split(';').map((part) => part.trim())
  const attributes = new Map(
    rest.map((part) => [part.split('=')[0]?.toLowerCase(), part.slice(part.indexOf('=') + 1)]),
  )
  const expires = Date.parse(attributes.get('expires') ?? '')
  const maxAge = Number(attributes.get('max-age') ?? '1')
  const at = pair.indexOf('=')
  return {
    name: pair.slice(0, at),
    value: pair.slice(at + 1),
    path: attributes.get('path') ?? '/',
    isGone: expires < Date.now() || maxAge <= 0,
  }
}

/** RFC 6265 section 5.1.4. */
function matches(pathname: string, path: string): boolean {
  if (pathname === path) return true
  return pathname.startsWith(path.endsWith('/') ? path : `${path}/`)
}
