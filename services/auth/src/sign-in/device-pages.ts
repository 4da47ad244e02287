import type { Configuration, KoaContextWithOIDC } from 'oidc-provider'
import { alert, html, languageOf, showPage } from './page.ts'
import { textsOf } from './texts.ts'

type DeviceFlow = NonNullable<NonNullable<Configuration['features']>['deviceFlow']>
export type DevicePages = Required<
  Pick<DeviceFlow, 'userCodeInputSource' | 'userCodeConfirmSource' | 'successSource'>
>

/** The secret that oidc-provider keeps in the browser's session and compares when the form comes back. */
const secretOf = (ctx: KoaContextWithOIDC): string => {
  const state = ctx.oidc.session?.state
  return typeof state?.['secret'] === 'string' ? state['secret'] : ''
}

/** A code from the link of the device, put into the field for the person to look at; it is never sent by itself. */
const suggested = (ctx: KoaContextWithOIDC): string => {
  const code: unknown = ctx.state['userCode']
  return typeof code === 'string' && /^[A-Z-]{1,16}$/i.test(code) ? code : ''
}

type Options = {
  action: string
  /** A code that nobody was given was entered. */
  missed: (ctx: KoaContextWithOIDC) => void
}

/** The pages of RFC 8628 §3.3: enter the code, compare it, done. */
export function createDevicePages({ action, missed }: Options): DevicePages {
  return {
    userCodeInputSource(ctx, _form, _out, error) {
      if (error?.name === 'NotFoundError') missed(ctx)
      const text = textsOf(languageOf(ctx))
      const entered = error && 'userCode' in error ? error.userCode : undefined
      const kept = typeof entered === 'string' ? entered : suggested(ctx)
      const messages: Record<string, string> = {
        NoCodeError: text('deviceEnter'),
        AbortedError: text('deviceStopped'),
        NotFoundError: text('deviceWrong'),
        ExpiredError: text('deviceWrong'),
        AlreadyUsedError: text('deviceWrong'),
      }
      const message = error && (messages[error.name] ?? text('deviceFailed'))
      showPage(ctx, {
        title: text('deviceTitle'),
        status: error && !messages[error.name] ? Math.max(ctx.status, 400) : 200,
        content: html`<h1>${text('deviceTitle')}</h1>
          <p>${text('deviceEnter')}</p>
          ${alert(message)}
          <form method="post" action="${action}">
            <input type="hidden" name="xsrf" value="${secretOf(ctx)}" />
            <label for="code">${text('deviceCode')}</label>
            <input
              class="code"
              id="code"
              name="user_code"
              value="${kept}"
              required
              autofocus
              autocomplete="off"
              autocapitalize="characters"
              spellcheck="false"
              maxlength="16"
            />
            <button>${text('continue')}</button>
          </form>`,
      })
    },

    userCodeConfirmSource(ctx, ...[, client, , userCode]) {
      const text = textsOf(languageOf(ctx))
      const name = client.clientName ?? client.clientId
      showPage(ctx, {
        title: text('deviceTitle'),
        content: html`<h1>${text('deviceTitle')}</h1>
          <p>${text('deviceConfirm')}</p>
          <code>${userCode}</code>
          <p>${text('allows', { client: name })} ${text('deviceWarning')}</p>
          <form method="post" action="${action}">
            <input type="hidden" name="xsrf" value="${secretOf(ctx)}" />
            <input type="hidden" name="user_code" value="${userCode}" />
            <button name="confirm" value="yes">${text('deviceAllow', { client: name })}</button>
            <button class="plain" name="abort" value="yes">${text('cancel')}</button>
          </form>`,
      })
    },

    successSource(ctx) {
      const text = textsOf(languageOf(ctx))
      showPage(ctx, {
        title: text('deviceTitle'),
        content: html`<h1>${text('deviceTitle')}</h1>
          <p role="status">${text('deviceDone')}</p>`,
      })
    },
  }
}
