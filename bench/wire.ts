import { Agent, request, type IncomingHttpHeaders } from 'node:http'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

export interface Call {
  readonly headers?: Readonly<Record<string, string>>
  /** Makes it a POST. */
  readonly form?: URLSearchParams
}

/** Connections are kept: what is measured is the server, not the opening of sockets. */
const agent = new Agent({ keepAlive: true, maxSockets: Infinity })

/** One request over a bare socket of Node: a driver that is heavier than the server would leave it idle,
 *  and an idle server pays for every waking. Redirects are not followed. */
export function call(url: string | URL, { headers = {}, form }: Call = {}): Promise<Answer> {
  const body = form?.toString()
  const sent = body === undefined ? headers : { ...headers, ...formHeaders(body) }
  return new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST'
    const asking = request(url, { agent, method, headers: sent }, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.once('error', reject)
      incoming.once('end', () => {
        const text = Buffer.concat(chunks).toString('utf8')
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text })
      })
    })
    asking.once('error', reject)
    asking.end(body)
  })
}

const formHeaders = (body: string) => ({
  'content-type': 'application/x-www-form-urlencoded',
  'content-length': String(Buffer.byteLength(body)),
})
