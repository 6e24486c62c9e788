import { part } from './camera-words.ts'

const MOST_BYTES = 4 * 1024 * 1024
const LONGEST = 1920
const TYPES = ['image/jpeg', 'image/png', 'image/webp']

/** Makes a large picture small enough before the form sends it; the form works without this, too. */
export function shrinkUploads(words: Readonly<Record<string, string>>): void {
  const button = document.querySelector<HTMLButtonElement>('[data-upload-send]')
  const input = document.querySelector<HTMLInputElement>('input[type="file"][name="card"]')
  if (button === null || input === null) return
  const said = part(document, '[data-upload-said]', HTMLElement)
  let isReady = false

  button.addEventListener('click', (event) => {
    const file = input.files && input.files[0]
    if (isReady || !file) return
    event.preventDefault()
    said.textContent = words['sending'] || ''
    void smaller(file).then((small) => {
      if (small.size > MOST_BYTES) {
        said.textContent = words['too_large'] || ''
        return
      }
      isReady = small === file || put(small, input)
      if (isReady) button.click()
    })
  })
  input.addEventListener('change', () => {
    isReady = false
    said.textContent = ''
  })
}

/** The picture itself where it cannot be made smaller: then the server says what is wrong with it. */
async function smaller(file: File): Promise<File> {
  if (file.size <= MOST_BYTES && TYPES.indexOf(file.type) >= 0) return file
  try {
    const blob = await drawn(file)
    return blob === undefined ? file : new File([blob], 'card.jpg', { type: 'image/jpeg' })
  } catch {
    return file
  }
}

/** From a data address: the pages' policy knows no blob addresses. */
async function drawn(file: File): Promise<Blob | undefined> {
  const image = new Image()
  const isLoaded = new Promise((resolve, reject) => {
    image.onload = resolve
    image.onerror = reject
  })
  image.src = await dataAddress(file)
  await isLoaded
  const scale = Math.min(1, LONGEST / Math.max(image.naturalWidth, image.naturalHeight))
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(image.naturalWidth * scale)
  canvas.height = Math.round(image.naturalHeight * scale)
  const context = canvas.getContext('2d')
  if (context === null) return undefined
  context.drawImage(image, 0, 0, canvas.width, canvas.height)
  return new Promise((resolve) => {
    canvas.toBlob((blob) => resolve(blob || undefined), 'image/jpeg', 0.9)
  })
}

function dataAddress(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(typeof reader.result === 'string' ? reader.result : '')
    reader.onerror = () => reject(new Error('unread'))
    reader.readAsDataURL(file)
  })
}

/** False where the browser lets no script fill a field of files. */
function put(file: File, input: HTMLInputElement): boolean {
  try {
    const files = new DataTransfer()
    files.items.add(file)
    input.files = files.files
    return true
  } catch {
    return false
  }
}
