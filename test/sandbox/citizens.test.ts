import { describe, expect, it } from '@jest/globals'
import { cookieJar } from '../../sandbox/cookie-jar.ts'
import { formsOf } from '../../sandbox/html-forms.ts'
import { addressesFrom, freePortBase, portOf, takenPorts } from '../../sandbox/ports.ts'
import { createServer } from 'node:net'
import { once } from 'node:events'

describe('the cookie jar', () => {
  const home = new URL('http://localhost:1/oauth2/authorize')

  it('sends a cookie back to its host and path, on any port', () => {
    const jar = cookieJar()
    jar.take(home, ['a=1; path=/', 'b=2; path=/interaction', 'c=3; path=/oauth2'])
    expect(jar.header(new URL('http://localhost:2/oauth2/token'))).toBe('c=3; a=1')
    expect(jar.header(new URL('http://localhost:2/oauth2x'))).toBe('a=1')
    expect(jar.header(new URL('http://127.0.0.1:1/oauth2'))).toBe('')
  })

  it('forgets a cookie that has expired', () => {
    const jar = cookieJar()
    jar.take(home, ['a=1; path=/', 'b=2; path=/'])
    jar.take(home, ['a=; path=/; expires=Thu, 01 Jan 1970 00:00:00 GMT', 'b=; path=/; max-age=0'])
    expect(jar.header(home)).toBe('')
  })
})

describe('forms', () => {
  it('reads what a browser would send', () => {
    const [form] = formsOf(`<form id="f" method="post" action="/x?a=1&amp;b=2">
      <input type="hidden" name="csrf" value="&quot;t&#39;"><input type="checkbox" name="off">
      <input type="checkbox" name="on" value="yes" checked><input name="text">
      <select name="s"><option value="1">1</option><option value="2" selected>2</option></select>
      <button type="button" name="no">no</button><button name="go" value="1">go</button></form>
      <button form="f" name="far" value="2">far</button><button form="g" name="other">x</button>`)
    expect(form?.action).toBe('/x?a=1&b=2')
    expect(Object.fromEntries(form?.fields ?? [])).toEqual({
      csrf: `"t'`,
      on: 'yes',
      text: '',
      s: '2',
    })
    expect(form?.buttons).toEqual([
      { name: 'go', value: '1' },
      { name: 'far', value: '2' },
    ])
  })
})

describe('ports', () => {
  it('says which port is taken and what it was wanted for', async () => {
    const base = await freePortBase()
    const addresses = addressesFrom(base)
    expect(await takenPorts(addresses)).toEqual([])
    const other = createServer().listen(portOf(addresses.inboxUrl), '127.0.0.1')
    await once(other, 'listening')
    expect(await takenPorts(addresses)).toEqual([`port ${base + 2}, wanted for the SMS inbox`])
    other.close()
  })
})
