import fc from 'fast-check'
import { html } from '@codelab/auth/sign-in/page'
import { textsOf } from '@codelab/auth/sign-in/texts'

test('what is put into a page stays text', () => {
  const page = html`<p title="${`"'<>&`}">${'<script>'}</p>`
  expect(page.html).toBe('<p title="&quot;&#39;&lt;&gt;&amp;">&lt;script&gt;</p>')
})

test('no text breaks out of an attribute or a tag', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const { html: inside } = html`${text}`
      return !/[<>"']/.test(inside)
    }),
  )
})

test('a piece of a page is not escaped again; nothing is left out as nothing', () => {
  expect(html`<b>${html`<i>${'&'}</i>`}${undefined}${false}</b>`.html).toBe('<b><i>&amp;</i></b>')
})

test('texts are filled in, in both languages', () => {
  expect(textsOf('en')('continueAs', { name: 'Anna' })).toBe('You are signed in as Anna.')
  expect(textsOf('ru')('continueAs', { name: 'Анна' })).toBe('Вы вошли как Анна.')
})
