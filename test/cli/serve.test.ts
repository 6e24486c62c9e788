import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { freePort } from '../support/free-port.ts'
import { run, start, temporaryDirectory } from './command.ts'

/** One window, as its operator runs it, from its first start to its end. */
describe('a window that is served', () => {
  const data = temporaryDirectory()
  let variables: Record<string, string>
  let port: number
  let window: ReturnType<typeof start>

  beforeAll(async () => {
    port = await freePort()
    variables = {
      PANJEREH_DATA_DIR: data.path,
      PANJEREH_PORT: String(port),
      PANJEREH_ISSUER: `http://localhost:${port}`,
      PANJEREH_DEMO: 'false',
      PANJEREH_TYPO: 'x',
    }
    window = start(['serve'], variables)
    await untilOpen(port, window)
  })

  afterAll(async () => {
    window.child.kill('SIGKILL')
    await window.ended
    data.remove()
  })

  it('says that it is open, and which variable is none', () => {
    expect(window.said()).toContain(`The window is open at http://localhost:${port}`)
    expect(window.said()).toContain('PANJEREH_TYPO is not a variable of this program')
  })

  it('refuses a second process on its data, with the number of the first', async () => {
    const [served, listed] = await Promise.all([
      run(['serve'], { ...variables, PANJEREH_PORT: '0' }),
      run(['client', 'list'], variables),
    ])
    for (const { code, err } of [served, listed]) {
      expect(err).toContain(`is in use by process ${window.child.pid}.`)
      expect(err).toContain('use PostgreSQL')
      expect(err).toContain('(data_directory_locked)')
      expect(err).not.toMatch(/^\s+at /m)
      expect(code).toBe(1)
    }
  })

  it('is well, says the doctor, who does not disturb it', async () => {
    const { code, out } = await run(['doctor'], variables)
    expect(out).toContain(`warn  The data directory`)
    expect(out).toContain('answers with this issuer')
    expect(out).toMatch(/^ok +the key file opens: \d+ keys$/m)
    expect(code).toBe(0)
  })

  it('refuses a port that another has', async () => {
    const other = temporaryDirectory()
    const { code, err } = await run(['serve'], { ...variables, PANJEREH_DATA_DIR: other.path })
    other.remove()
    expect(err).toContain('Another program listens there')
    expect(err).toContain(String(port))
    expect(err).not.toMatch(/^\s+at /m)
    expect(code).toBe(1)
  })

  it('ends at SIGTERM when the request under way is answered, and not before', async () => {
    const body = 'grant_type=client_credentials'
    const slow = connect(port, '127.0.0.1')
    let answer = ''
    slow.setEncoding('utf8').on('data', (text: string) => void (answer += text))
    slow.write(
      [
        'POST /oauth2/token HTTP/1.1',
        'Host: localhost',
        'Content-Type: application/x-www-form-urlencoded',
        `Content-Length: ${body.length}`,
        '',
        body.slice(0, 5),
      ].join('\r\n'),
    )
    await pause(300)
    window.child.kill('SIGTERM')
    await untilClosed(port)
    expect(window.child.exitCode).toBeNull()
    slow.write(body.slice(5))
    const { code } = await window.ended
    // Nobody said who he was: the answer is whole, and it is the window's.
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(answer).toContain('"error":"invalid_request"')
    expect(code).toBe(0)
  })

  it('opens again on the data that it left', async () => {
    const { code, out } = await run(['doctor'], variables)
    expect(out).toMatch(/^ok +the database \(embedded\) answers and is up to date$/m)
    expect(out).toContain('does not answer from here')
    expect(code).toBe(0)
    expect((await run(['events'], variables)).code).toBe(0)
  })
})

async function untilOpen(port: number, { ended, said }: ReturnType<typeof start>) {
  let isEnded = false
  void ended.then(() => (isEnded = true))
  while (!isEnded) {
    const answer = await fetch(`http://localhost:${port}/health/ready`).catch(() => undefined)
    if (answer?.ok && said().includes('The window is open')) return
    await pause(50)
  }
  throw new Error(said())
}

async function untilClosed(port: number): Promise<void> {
  for (;;) {
    const isRefused = await new Promise<boolean>((resolve) => {
      const probe = connect(port, '127.0.0.1')
      probe.once('error', () => resolve(true))
      probe.once('connect', () => resolve((probe.destroy(), false)))
    })
    if (isRefused) return
    await pause(20)
  }
}
