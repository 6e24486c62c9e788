/** A drawn face, for who has no camera. The card can be read with it; no face will be found to be its own. */
export function placeholder(gender: 'male' | 'female'): Uint8Array {
  const hair =
    gender === 'female'
      ? '<path d="M70 190 C60 60 240 60 230 190 L250 330 L50 330 Z" fill="#3a4a5e"/>'
      : '<path d="M88 150 C80 60 220 60 212 150 Z" fill="#2b2420"/>'
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="300" height="400">
    <rect width="300" height="400" fill="#cfdce3"/>
    ${hair}
    <path d="M30 400 C40 300 260 300 270 400 Z" fill="#46607a"/>
    <rect x="126" y="250" width="48" height="70" fill="#c9977a"/>
    <ellipse cx="150" cy="190" rx="62" ry="82" fill="#dcae91"/>
    <path d="M108 160 q 18 -12 34 0 M158 160 q 18 -12 34 0" fill="none" stroke="#43312a" stroke-width="6"/>
    <ellipse cx="126" cy="178" rx="12" ry="7" fill="#fff"/><circle cx="126" cy="178" r="6" fill="#3b2a20"/>
    <ellipse cx="174" cy="178" rx="12" ry="7" fill="#fff"/><circle cx="174" cy="178" r="6" fill="#3b2a20"/>
    <path d="M150 182 q -12 34 0 36 q 8 0 10 -3" fill="none" stroke="#a9785e" stroke-width="4"/>
    <path d="M126 238 q 24 14 48 0" fill="none" stroke="#a2564c" stroke-width="6"/>
    ${gender === 'female' ? '<path d="M88 175 C86 85 214 85 212 175 C190 110 110 110 88 175 Z" fill="#3a4a5e"/>' : ''}
  </svg>`)
}
