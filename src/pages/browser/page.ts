/** What the pages gain where scripts run. Everything works without them, but for passkeys. */

const PERSIAN = '۰۱۲۳۴۵۶۷۸۹'
/** Hashes between two breaths of the page. */
const PORTION = 512

for (const input of document.querySelectorAll<HTMLInputElement>('input[data-digits]')) {
  input.addEventListener('input', () => foldDigits(input))
}
for (const form of document.querySelectorAll<HTMLFormElement>('form[data-once]')) {
  form.addEventListener('submit', (event) => once(event, form))
}
document.querySelector<HTMLElement>('#wrong')?.focus()
document.querySelector<HTMLFormElement>('form[data-post]')?.submit()
countDown()
void work()
void readMessage()
void passkeys()

/** Persian and Arabic digits become Latin ones as they are typed, and the caret stays where it is. */
function foldDigits(input: HTMLInputElement): void {
  const folded = input.value.replace(/[۰-۹٠-٩]/g, (digit) =>
    String((digit.codePointAt(0) ?? 0) & 0xf),
  )
  if (folded === input.value) return
  const caret = input.selectionStart
  input.value = folded
  input.setSelectionRange(caret, caret)
}

/** A second press while the first is on its way does nothing. */
function once(event: SubmitEvent, form: HTMLFormElement): void {
  if (form.getAttribute('aria-busy') === 'true') event.preventDefault()
  else form.setAttribute('aria-busy', 'true')
  for (const said of form.querySelectorAll<HTMLElement>('[data-busy]')) said.hidden = false
}
/** A page that comes back by the back button is usable again. */
addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form[data-once]')) form.removeAttribute('aria-busy')
  for (const said of document.querySelectorAll<HTMLElement>('[data-busy]')) said.hidden = true
})

function countDown(): void {
  const start = performance.now()
  const passed = () => Math.floor((performance.now() - start) / 1000)
  const waiting = [...document.querySelectorAll<HTMLButtonElement>('button[data-after]')]
  const hasToWait = (button: HTMLButtonElement) => passed() < Number(button.dataset['after'])
  for (const button of waiting) button.disabled = hasToWait(button)
  const timer = setInterval(() => {
    for (const clock of document.querySelectorAll<HTMLElement>('[data-countdown]')) {
      tick(clock, Number(clock.dataset['countdown']) - passed())
    }
    for (const button of waiting) if (!hasToWait(button)) button.disabled = false
    for (const gone of document.querySelectorAll<HTMLElement>('[data-gone-after]')) {
      if (passed() >= Number(gone.dataset['goneAfter'])) gone.hidden = true
    }
    if (document.querySelector('[data-countdown], button[data-after]') === null)
      clearInterval(timer)
  }, 1000)
}

function tick(clock: HTMLElement, seconds: number): void {
  if (seconds > 0) {
    const text = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
    clock.textContent =
      clock.dataset['locale'] === 'fa'
        ? text.replace(/\d/g, (digit) => PERSIAN[Number(digit)] ?? digit)
        : text
    return
  }
  const hint = clock.closest<HTMLElement>('[data-expired-text]')
  if (hint) {
    hint.setAttribute('role', 'status')
    hint.textContent = hint.dataset['expiredText'] ?? ''
    for (const one of document.querySelectorAll<HTMLElement>('[data-until-expired]'))
      one.hidden = true
    for (const one of document.querySelectorAll<HTMLElement>('[data-when-expired]'))
      one.hidden = false
  }
}

/** The captcha's work: a number after the salt whose SHA-256 begins with enough zero bits. It is done in
 *  portions, so that the page stays alive, and sends the form when it is found. */
async function work(): Promise<void> {
  const field = document.querySelector<HTMLInputElement>('input[data-work-salt]')
  if (field === null || !('subtle' in crypto)) return
  const { workSalt: salt = '', workBits: bits = '' } = field.dataset
  const said = document.querySelector<HTMLElement>('[data-work-status]')
  if (said) said.hidden = false
  for (let from = 0; ; from += PORTION) {
    const counters = Array.from({ length: PORTION }, (_, i) => from + i)
    const zeros = await Promise.all(counters.map((counter) => zeroBits(`${salt}.${counter}`)))
    const found = zeros.findIndex((count) => count >= Number(bits))
    if (found >= 0) {
      field.value = String(from + found)
      field.form?.requestSubmit()
      return
    }
    await new Promise((resolve) => setTimeout(resolve))
  }
}

async function zeroBits(text: string): Promise<number> {
  const hash = new DataView(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
  return Math.clz32(hash.getUint32(0))
}

/** WebOTP: the browser reads the message that is bound to this origin, when the person lets it. */
async function readMessage(): Promise<void> {
  const input = document.querySelector<HTMLInputElement>('input[data-otp]')
  if (input === null || !('OTPCredential' in window)) return
  const stop = new AbortController()
  input.form?.addEventListener('submit', () => stop.abort())
  try {
    const request = { otp: { transport: ['sms'] }, signal: stop.signal } as CredentialRequestOptions
    const message: (Credential & { code?: string }) | null =
      await navigator.credentials.get(request)
    if (!message?.code) return
    input.value = message.code
    input.form?.requestSubmit()
  } catch {
    // Not read, or not allowed: the person types it.
  }
}

async function passkeys(): Promise<void> {
  const isAble =
    typeof PublicKeyCredential === 'function' &&
    'parseRequestOptionsFromJSON' in PublicKeyCredential
  for (const said of document.querySelectorAll<HTMLElement>('[data-no-passkeys]'))
    said.hidden = isAble
  if (!isAble) return
  for (const hidden of document.querySelectorAll<HTMLElement>('[data-passkey-only]'))
    hidden.hidden = false
  const button = document.querySelector<HTMLButtonElement>('button[data-passkey]')
  button?.addEventListener('click', (event) => {
    event.preventDefault()
    if (!leadsToUnseen()) void usePasskey(button)
  })
}

/** Nobody signs a document that has not been before his eyes: the first such one is, now. */
function leadsToUnseen(): boolean {
  const place = document.querySelector<HTMLElement>('[data-document]:not([data-seen])')
  if (place === null) return false
  place.dataset['seen'] = ''
  place.scrollIntoView()
  const note = place.querySelector<HTMLElement>('[data-unseen]')
  if (note) {
    note.hidden = false
    note.focus()
  }
  return true
}

async function usePasskey(button: HTMLButtonElement): Promise<void> {
  const field = button.form?.querySelector<HTMLInputElement>(
    `input[name="${button.dataset['field'] ?? ''}"]`,
  )
  if (!field) return
  button.disabled = true
  try {
    field.value = JSON.stringify(await credential(button))
  } catch (error) {
    field.value = JSON.stringify({ error: (error as Error).name })
  }
  button.form?.requestSubmit()
}

async function credential(button: HTMLButtonElement): Promise<unknown> {
  const options = JSON.parse(
    button.dataset['options'] ?? '{}',
  ) as PublicKeyCredentialCreationOptionsJSON & PublicKeyCredentialRequestOptionsJSON
  const made =
    button.dataset['passkey'] === 'create'
      ? await navigator.credentials.create({
          publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options),
        })
      : await navigator.credentials.get({
          publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
        })
  return (made as PublicKeyCredential).toJSON()
}
