import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { keptCall, type KeptCall } from '../../../adapters/http/kept-call.ts'

type Turn = (request: IncomingMessage, response: ServerResponse) => void

let turns: Turn[] = []
const asked: { readonly socket: Socket; readonly text: string }[] = []

/** Plays its turns one after the other, the last one for ever. */
const server = createServer((request, response) => {
  let text = ''
  request.on('data', (piece) => (text += String(piece)))
  request.on('end', () => {
    asked.push({ socket: request.socket, text })
    const turn = turns.length > 1 ? turns.shift() : turns[0]
    turn?.(request, response)
  })
})
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
afterAll(() => new Promise((resolve) => server.closeAllConnections() ?? server.close(resolve)))
beforeEach(() => {
  asked.length = 0
})

const answering: Turn = ({ method }, response) => response.end(`${method}`)
const breaking: Turn = ({ socket }) => socket.destroy()
const silent: Turn = () => undefined

const ask = (call: KeptCall, more: Partial<Parameters<KeptCall>[0]> = {}) => {
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}/`
  return call({ url, body: 'Q', signal: AbortSignal.timeout(2_000), maxBytes: 100, ...more })
}

describe('a service that is asked again', () => {
  it('is asked over the same connection', async () => {
    turns = [answering]
    const call = keptCall({ isRepeatable: true })
    const answers = [await ask(call), await ask(call), await ask(call, { body: undefined })]
    expect(answers.map(({ body }) => body.toString())).toEqual(['POST', 'POST', 'GET'])
    expect(new Set(asked.map(({ socket }) => socket)).size).toBe(1)
  })

  it('that has closed the kept connection is asked once more, on another one', async () => {
    turns = [answering, breaking, answering]
    const call = keptCall({ isRepeatable: true })
    await ask(call)
    expect((await ask(call)).status).toBe(200)
    expect(asked.map(({ text }) => text)).toEqual(['Q', 'Q', 'Q'])
    expect(asked[2]?.socket).not.toBe(asked[1]?.socket)
  })

  it('is asked no third time', async () => {
    turns = [answering, breaking]
    const call = keptCall({ isRepeatable: true })
    await ask(call)
    await expect(ask(call)).rejects.toMatchObject({ code: 'upstream_unavailable' })
    expect(asked).toHaveLength(3)
  })

  it('is not asked twice on a new connection', async () => {
    turns = [breaking]
    await expect(ask(keptCall({ isRepeatable: true }))).rejects.toThrow('no answer')
    expect(asked).toHaveLength(1)
  })

  it('is never asked twice for what must not be done twice', async () => {
    turns = [answering, breaking]
    const call = keptCall({ isRepeatable: false })
    await ask(call)
    await expect(ask(call)).rejects.toThrow('no answer')
    expect(asked).toHaveLength(2)
  })
})

describe('an answer', () => {
  const call = keptCall({ isRepeatable: true })

  it('that sends us elsewhere is not followed', async () => {
    turns = [(_, response) => response.writeHead(302, { Location: '/' }).end()]
    expect((await ask(call)).status).toBe(302)
    expect(asked).toHaveLength(1)
  })

  it('that is longer than one can be is not read', async () => {
    turns = [(_, response) => response.end('x'.repeat(101))]
    await expect(ask(call)).rejects.toThrow('too long')
  })

  it('that breaks off is none', async () => {
    turns = [(_, response) => response.write('x', () => response.destroy())]
    await expect(ask(call)).rejects.toThrow('broke off')
  })

  it('that does not come in time is not waited for', async () => {
    turns = [silent]
    const signal = AbortSignal.timeout(50)
    await expect(ask(call, { signal })).rejects.toThrow('in time')
    expect(asked).toHaveLength(1)
  })

  it('is not asked for where there is no web', async () => {
    for (const url of ['file:///etc/passwd', 'no address'])
      await expect(ask(call, { url })).rejects.toMatchObject({ code: 'upstream_unavailable' })
  })
})
