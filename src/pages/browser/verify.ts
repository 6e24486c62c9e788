/** Sends the document with a bar of progress; without this script the form sends itself. */

const MOST_BYTES = 50 * 1024 * 1024

interface Answer {
  readonly location?: string
  readonly message?: string
}

const form = document.querySelector<HTMLFormElement>('form[data-verify]')
if (form !== null) {
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    if (form.getAttribute('aria-busy') !== 'true') send(form)
  })
  /** A page that comes back by the back button is usable again. */
  addEventListener('pageshow', () => rest(form))
}

function send(form: HTMLFormElement): void {
  const faults = JSON.parse(form.dataset['faults'] || '{}') as Record<string, string>
  const file = fileOf(form)
  if (file === undefined) return tell(form, faults['empty'])
  if (file.size > MOST_BYTES) return tell(form, faults['too_large'])
  const request = new XMLHttpRequest()
  request.open('POST', form.action)
  request.setRequestHeader('Accept', 'application/json')
  request.upload.addEventListener('progress', ({ loaded, total }) => show(form, loaded / total))
  request.upload.addEventListener('load', () => show(form, 1))
  request.addEventListener('load', () => {
    const answer = read(request.responseText)
    if (answer.location === undefined) tell(form, answer.message || faults['broken'])
    else location.assign(answer.location)
  })
  request.addEventListener('error', () => tell(form, faults['broken']))
  const data = new FormData(form)
  form.setAttribute('aria-busy', 'true')
  for (const wrong of document.querySelectorAll<HTMLElement>('#fault, #wrong')) wrong.hidden = true
  show(form, 0)
  request.send(data)
}

function fileOf(form: HTMLFormElement): File | undefined {
  const input = form.querySelector<HTMLInputElement>('input[type=file]')
  return input && input.files ? input.files[0] : undefined
}

function read(text: string): Answer {
  try {
    return JSON.parse(text) as Answer
  } catch {
    return {}
  }
}

function show(form: HTMLFormElement, share: number): void {
  const box = form.querySelector<HTMLElement>('[data-sending]')
  const bar = form.querySelector('progress')
  const said = form.querySelector<HTMLElement>('[data-said]')
  if (box === null || bar === null || said === null) return
  box.hidden = false
  const text = said.dataset[share < 1 ? 'uploading' : 'checking'] || ''
  if (said.textContent !== text) said.textContent = text
  // While the server works, nobody knows how far it is.
  if (share < 1) bar.value = share
  else bar.removeAttribute('value')
}

function rest(form: HTMLFormElement): void {
  form.removeAttribute('aria-busy')
  const box = form.querySelector<HTMLElement>('[data-sending]')
  if (box !== null) box.hidden = true
}

function tell(form: HTMLFormElement, message = ''): void {
  rest(form)
  const wrong = document.querySelector<HTMLElement>('#fault, #wrong')
  if (wrong === null) return
  wrong.textContent = message
  wrong.hidden = false
  wrong.focus()
}
