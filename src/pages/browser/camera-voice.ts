import type { Tone } from './camera-words.ts'

export interface Voice {
  /** To be called from a press of a button: browsers let no page sound before. */
  wake(): void
  say(text: string, tone: Tone): void
}

const HERTZ: Readonly<Record<Tone, number>> = { wait: 660, good: 880, bad: 330 }
const SHAKES: Readonly<Record<Tone, number[]>> = { wait: [60], good: [60, 60, 60], bad: [180] }
/** What went wrong is told again and again while it lasts, but not without a breath. */
const BREATH_MS = 2500
const KEPT = 'voice'

/** Speaks in the page's language where the device has such a voice; beeps and shakes where it has none. */
export function voiceOf(root: HTMLElement): Voice {
  const locale = root.dataset['locale'] || 'fa'
  const button = root.querySelector<HTMLButtonElement>('[data-voice]')
  const beep = beeper()
  let isOn = remembered() !== 'off'
  let saidAt = 0

  function show() {
    if (button === null) return
    button.hidden = false
    button.setAttribute('aria-pressed', String(isOn))
  }

  if (button !== null) {
    button.addEventListener('click', () => {
      isOn = !isOn
      remember(isOn ? 'on' : 'off')
      if (isOn) beep.wake()
      else silence()
      show()
    })
  }
  show()

  return {
    wake() {
      beep.wake()
      // Safari speaks later only what began with a press.
      if (isOn && speaker(locale) !== undefined) speak(' ', locale)
    },
    say(text, tone) {
      const now = performance.now()
      if (!isOn || (tone === 'bad' && now - saidAt < BREATH_MS)) return
      saidAt = now
      if (speaker(locale) !== undefined) speak(text, locale)
      else beep.sound(tone)
      if ('vibrate' in navigator) navigator.vibrate(SHAKES[tone])
    },
  }
}

function speaker(locale: string): SpeechSynthesisVoice | undefined {
  if (!('speechSynthesis' in window)) return undefined
  return speechSynthesis.getVoices().find(({ lang }) => lang.slice(0, 2).toLowerCase() === locale)
}

function speak(text: string, locale: string): void {
  const spoken = new SpeechSynthesisUtterance(text)
  spoken.voice = speaker(locale) || null
  spoken.lang = locale === 'fa' ? 'fa-IR' : 'en-US'
  speechSynthesis.cancel()
  speechSynthesis.speak(spoken)
}

function silence(): void {
  if ('speechSynthesis' in window) speechSynthesis.cancel()
}

function beeper() {
  let context: AudioContext | undefined
  return {
    wake() {
      if (context === undefined && 'AudioContext' in window) context = new AudioContext()
      if (context !== undefined && context.state === 'suspended') void context.resume()
    },
    sound(tone: Tone) {
      if (context === undefined || context.state !== 'running') return
      const oscillator = context.createOscillator()
      const gain = context.createGain()
      oscillator.frequency.value = HERTZ[tone]
      gain.gain.setValueAtTime(0.12, context.currentTime)
      gain.gain.exponentialRampToValueAtTime(0.001, context.currentTime + 0.2)
      oscillator.connect(gain)
      gain.connect(context.destination)
      oscillator.start()
      oscillator.stop(context.currentTime + 0.2)
    },
  }
}

/** From the card's page to the next; browsers may forbid keeping anything, and nothing hangs on it. */
function remembered(): string | null {
  try {
    return sessionStorage.getItem(KEPT)
  } catch {
    return null
  }
}

function remember(value: string): void {
  try {
    sessionStorage.setItem(KEPT, value)
  } catch {
    // Not kept, then.
  }
}
