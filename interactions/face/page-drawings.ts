import { html } from 'hono/html'

/** What lies over the camera's picture. Left and right are the picture's own, whatever the language. */

/** 300 by 400: an oval for the face, a ring that fills, and arrows that point where to go. */
export function faceDrawing() {
  return html`<svg class="camera-drawing" viewBox="0 0 300 400" aria-hidden="true">
    <path
      class="camera-shade"
      fill-rule="evenodd"
      d="M0 0H300V400H0Z M150 55a105 140 0 1 0 0.01 0Z"
    />
    <path class="camera-sketch" d="M110 172v12M190 172v12M150 180v36h-8M118 240c18 22 46 22 64 0" />
    <ellipse class="camera-outline" cx="150" cy="195" rx="105" ry="140" />
    <path
      class="camera-ring"
      d="M150 55a105 140 0 0 1 0 280a105 140 0 0 1 0-280"
      pathLength="100"
      data-ring
    />
    <path class="camera-arrow" data-arrow="left" d="M34 160 8 195l26 35" />
    <path class="camera-arrow" data-arrow="right" d="M266 160l26 35-26 35" />
    <g class="camera-arrow" data-arrow="in">
      <path d="M12 12l34 34M46 18v28H18M288 12l-34 34M254 18v28h28" />
      <path d="M12 388l34-34M46 382v-28H18M288 388l-34-34M254 382v-28h28" />
    </g>
    <g class="camera-arrow" data-arrow="out">
      <path d="M46 46 12 12M40 12H12v28M254 46l34-34M260 12h28v28" />
      <path d="M46 354l-34 34M40 388H12v-28M254 354l34 34M260 388h28v-28" />
    </g>
    <path class="camera-tick" d="M105 200l32 34 60-72" />
  </svg>`
}

/** 400 by 300: the outline of a card (ISO/IEC 7810 ID-1: 85.6 by 54 mm), and where one was found. */
export function cardDrawing() {
  return html`<svg class="camera-drawing" viewBox="0 0 400 300" aria-hidden="true">
    <path
      class="camera-shade"
      fill-rule="evenodd"
      d="M0 0H400V300H0Z M36 36H364a14 14 0 0 1 14 14V250a14 14 0 0 1-14 14H36a14 14 0 0 1-14-14V50a14 14 0 0 1 14-14Z"
    />
    <g class="camera-sketch">
      <rect x="48" y="62" width="84" height="104" rx="8" />
      <path d="M352 70H190M352 102H220M352 134H200M352 166H240" />
    </g>
    <rect class="camera-outline" x="22" y="36" width="356" height="228" rx="14" />
    <polygon class="camera-found" points="" data-corners />
    <path class="camera-tick" d="M150 150l34 38 66-78" />
  </svg>`
}
