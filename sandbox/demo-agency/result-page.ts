import { html } from 'hono/html'
import { json, layout, nothing, type Html, type Look } from './layout.ts'
import { noticeCard } from './notice.ts'
import type { AgencySession, SignIn } from './sessions.ts'
import { signCard, signedCard } from './sign-card.ts'
import { TEXTS, levelText, timeText, type Lang } from './text.ts'
import { levelOf } from './window.ts'

export function resultPage(look: Look, session: AgencySession, signIn: SignIn): Html {
  const { lang } = look
  const text = TEXTS[lang]
  const { claims, facts, userinfo, introspection } = signIn
  const level = levelOf(claims['acr'])
  const act = (path: string, label: string) =>
    html`<form method="post" action="${path}"><button>${label}</button></form>`
  const part = (name: string, label: string, value: unknown) =>
    html`<section class="card">
      <h2>${label}</h2>
      <div data-json="${name}">${json(value)}</div>
    </section>`

  return layout(
    look,
    html`${noticeCard(lang, session)}
      <section class="card">
        <h1>${text.signed_in}</h1>
        <dl>
          <dt>${text.signed_in_at}</dt>
          <dd data-level="${level ?? ''}">${levelText(lang, level)}</dd>
          <dt>${text.level_times}</dt>
          <dd>${levelTimes(lang, claims['acr_auth_time'])}</dd>
          <dt>${text.methods}</dt>
          <dd><bdi dir="ltr">${methods(claims['amr'])}</bdi></dd>
          <dt>${text.your_sub}</dt>
          <dd>
            <bdi dir="ltr"><code>${claims.sub}</code></bdi>
          </dd>
        </dl>
      </section>
      ${signedCard(look, signIn)}
      <section class="card">
        <h2>${text.acts}</h2>
        <div class="row">
          ${act('/introspect', text.introspect)}
          ${facts.refresh_token ? act('/refresh', text.refresh) : nothing}
          ${act('/revoke', text.revoke)} ${act('/sign-out', text.sign_out)}
        </div>
        ${stepUp(look, level)}
        <p><a href="/request">${text.another_request}</a></p>
      </section>
      ${signCard(look)}
      ${introspection ? part('introspection', text.introspection, introspection) : nothing}
      ${part('id-token', text.id_token, claims)} ${part('token-facts', text.token_facts, facts)}
      ${userinfo ? part('userinfo', text.userinfo, userinfo) : nothing}`,
  )
}

/** Nothing is above the highest level. */
function stepUp({ lang }: Look, level: number | undefined) {
  const text = TEXTS[lang]
  const higher = [2, 3, 4].filter((wanted) => wanted > (level ?? 0))
  if (higher.length === 0) return nothing
  return html`<h2>${text.step_up}</h2>
    <form class="row" method="post" action="/sign-in">
      <input type="hidden" name="phone" value="on" />
      <input type="hidden" name="profile" value="on" />
      ${higher.map(
        (wanted) =>
          html`<button name="level" value="${wanted}">
            ${text.step_up_to} ${levelText(lang, wanted)}
          </button>`,
      )}
    </form>`
}

function methods(amr: unknown): string {
  return Array.isArray(amr) ? amr.join(', ') : '-'
}

/** The claim `acr_auth_time`: seconds since the epoch by level. */
function levelTimes(lang: Lang, times: unknown): Html {
  if (typeof times !== 'object' || times === null) return html`-`
  const rows = Object.entries(times).filter(([, at]) => typeof at === 'number')
  return html`${rows.map(
    ([acr, at]) =>
      html`${levelText(lang, levelOf(acr))}: <bdi>${timeText(lang, at as number)}</bdi><br />`,
  )}`
}
