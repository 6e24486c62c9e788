import { html } from 'hono/html'
import type { Message } from './messages.ts'

const STYLE = `
:root{color-scheme:light dark;font:1rem/1.7 Vazirmatn,Tahoma,system-ui,sans-serif}
body{margin:0 auto;max-width:44rem;padding:1.5rem}
h1{font-size:1.5rem}
ol{list-style:none;margin:0;padding:0;display:grid;gap:.75rem}
li{border:1px solid color-mix(in srgb,currentColor 25%,transparent);border-radius:.75rem;padding:.75rem 1rem}
.code{font-size:1.75rem;font-weight:700;letter-spacing:.2em;user-select:all}
.meta{opacity:.8;font-size:.9rem}`

/** The citizen's telephone, as it were: the newest message first. */
export function inboxPage(messages: readonly Message[]) {
  return html`<!doctype html>
    <html lang="fa" dir="rtl">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="refresh" content="3" />
        <title>صندوق پیامک آزمایشی · SMS inbox</title>
        <style>
          ${STYLE}
        </style>
      </head>
      <body>
        <main>
          <h1>صندوق پیامک آزمایشی <span lang="en" dir="ltr">· SMS inbox</span></h1>
          ${
            messages.length === 0
              ? html`<p>
                  هنوز پیامکی نیامده است. <span lang="en" dir="ltr">No message yet.</span>
                </p>`
              : html`<ol>
                  ${messages.map(
                    (message) =>
                      html`<li>
                        <bdi class="code" dir="ltr">${message.code ?? ''}</bdi>
                        <div class="meta">
                          <bdi dir="ltr">${message.to}</bdi> ·
                          <time datetime="${message.at}" dir="ltr"
                            >${message.at.slice(11, 19)}</time
                          >
                          ·
                          <bdi>${message.gateway}</bdi>
                        </div>
                        <p dir="auto">${message.text}</p>
                      </li>`,
                  )}
                </ol>`
          }
        </main>
      </body>
    </html>`
}
