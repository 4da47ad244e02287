import type { Context } from 'koa'
import { alert, html, languageOf, showPage, type Html } from './page.ts'
import { textsOf } from './texts.ts'

type View = { uid: string; csrf: string; client: string; name: string }

const form = ({ uid, csrf }: View, content: Html): Html =>
  html`<form method="post" action="/sign-in/${uid}">
    <input type="hidden" name="csrf" value="${csrf}" />${content}
  </form>`

/** The page that asks for name and password. */
export function showSignInPage(
  ctx: Context,
  view: View & { message?: string; status?: number },
): void {
  const text = textsOf(languageOf(ctx))
  const focusName = view.name === ''
  const fields = html`<label for="username">${text('name')}</label>
    <input
      id="username"
      name="username"
      value="${view.name}"
      required
      ${{ html: focusName ? 'autofocus' : '' }}
      autocomplete="username"
      autocapitalize="none"
      spellcheck="false"
      maxlength="128"
    />
    <label for="password">${text('password')}</label>
    <input
      id="password"
      name="password"
      type="password"
      required
      ${{ html: focusName ? '' : 'autofocus' }}
      autocomplete="current-password"
      maxlength="512"
    />
    <button name="action" value="sign-in">${text('signIn')}</button>
    <button class="plain" name="action" value="cancel" formnovalidate>${text('cancel')}</button>`
  showPage(ctx, {
    title: text('title'),
    status: view.status ?? 200,
    content: html`<h1>${text('title')}</h1>
      <p>${text('forClient', { client: view.client })}</p>
      ${alert(view.message)}${form(view, fields)}`,
  })
}

/** The page for who is signed in already: nothing is granted without a click. */
export function showContinuePage(ctx: Context, view: View): void {
  const text = textsOf(languageOf(ctx))
  const buttons = html`<button name="action" value="continue" autofocus>${text('continue')}</button>
    <a class="button plain" href="/sign-in/${view.uid}?as=other">${text('other')}</a>
    <button class="plain" name="action" value="cancel">${text('cancel')}</button>`
  showPage(ctx, {
    title: text('title'),
    content: html`<h1>${text('title')}</h1>
      <p>${text('continueAs', { name: view.name })}</p>
      <p>${text('allows', { client: view.client })}</p>
      ${form(view, buttons)}`,
  })
}
