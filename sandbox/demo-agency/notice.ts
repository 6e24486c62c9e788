import { html } from 'hono/html'
import { json, nothing, type Html } from './layout.ts'
import type { AgencySession } from './sessions.ts'
import { TEXTS, textOf, timeText, type Lang } from './text.ts'

/** What happened last: one plain sentence, and the raw parameters for those who want them. */
export function noticeCard(lang: Lang, session: AgencySession | undefined): Html {
  const notice = session?.notice
  return html`${
    session?.endedByWindow
      ? html`<p class="card notice good" role="status" data-ended-by-window>
          ${TEXTS[lang].ended_by_window}
          <bdi>${timeText(lang, Date.parse(session.endedByWindow) / 1000)}</bdi>
        </p>`
      : nothing
  }${
    notice
      ? html`<section
          class="card notice ${notice.kind}"
          role="${notice.kind === 'bad' ? 'alert' : 'status'}"
          data-notice="${notice.key}"
        >
          <p>${textOf(lang, notice.key)}</p>
          ${
            notice.raw
              ? html`<details open>
                  <summary>${TEXTS[lang].raw}</summary>
                  ${json(notice.raw)}
                </details>`
              : nothing
          }
        </section>`
      : nothing
  }`
}
