import type { Browser, Page } from 'playwright-core'
import { createTokenFiles } from '@codelab/engine/account/token-file'
import { launchChromium } from '../../support/chromium.ts'
import { snapshotOf } from '../../support/snapshot.ts'
import { tokenOf } from '../../integration/engine-server/engine-under-test.ts'
import { startStandIn, type StandIn } from '../../integration/engine-connection/stand-in.ts'
import { busyPeriods, isFrozen, openWindow, type Window } from './window.ts'
import { beginByButton, messageBox } from '../talk.ts'

/**
 * A turn of 10,000 calls, every second one a deletion that wants a decision, the others run by the engine. The workspace is one that
 * sends them all at once: no agent is as fast.
 */
const many = 10_000

let workspace: StandIn
let browser: Browser
let window: Window
let page: Page

beforeAll(async () => {
  workspace = await startStandIn()
  for (const list of ['sessions', 'jobs', 'approvals'])
    workspace.rest.set(`/api/v1/${list}`, { items: [] })
  workspace.rest.set('/api/v1/models', { models: [] })
  browser = await launchChromium()
  window = await openWindow(browser, {
    server: workspace.url,
    prepare: (home) =>
      createTokenFiles(home).save(workspace.url, {
        access_token: tokenOf('u1'),
        received_at: Date.now(),
        expires_at: Date.now() + 3_600_000,
      }),
  })
  ;({ page } = window)
}, 120_000)
afterAll(async () => {
  await window?.close()
  await browser?.close()
  await workspace?.stop()
}, 60_000)

/** The agent's part: claims are granted, results resolve, a stop ends what is open. */
function playTurn() {
  const open = new Set<string>()
  workspace.onFrame = (frame) => {
    if (frame.type === 'tool_claim')
      workspace.tell({ type: 'tool_claimed', call_id: frame.call_id })
    if (frame.type === 'tool_result' && open.delete(frame.call_id))
      workspace.append({ type: 'tool_resolved', call_id: frame.call_id, outcome: 'failed' })
    if (frame.type !== 'cancel') return
    for (const call_id of open)
      workspace.append({ type: 'tool_resolved', call_id, outcome: 'cancelled' })
    open.clear()
    workspace.append({ type: 'turn', state: 'cancelled', turn_id: 'turn' })
  }
  workspace.append(
    { type: 'user_message', id: 'asked', content: 'read and delete everything' },
    { type: 'turn', state: 'started', turn_id: 'turn' },
  )
  for (let at = 0; at < many; at += 1) {
    open.add(`call-${at}`)
    workspace.append({
      type: 'tool_call',
      call_id: `call-${at}`,
      tool_name: at % 2 === 0 ? 'delete_file' : 'read_file',
      arguments: { path: `f${at}.txt` },
      requires_approval: at % 2 === 0,
    })
  }
}

test('10,000 calls: one decision at a time, a page that answers, and one button that stops them all', async () => {
  page.setDefaultTimeout(60_000)
  await beginByButton(page)
  const before = await snapshotOf(window.folder)
  await busyPeriods(page)
  playTurn()
  await page.getByText(`1 of ${many / 2}`).waitFor()
  await messageBox(page).fill('typed meanwhile')
  const rows = page.getByRole('log').locator('[data-call]')
  expect(await rows.count()).toBeLessThan(100)
  const coming = await busyPeriods(page)
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await page.getByRole('heading', { name: /CodeLab wants to use/ }).waitFor({ state: 'detached' })
  const stopping = await busyPeriods(page)
  expect(await messageBox(page).inputValue()).toBe('typed meanwhile')
  expect(await snapshotOf(window.folder)).toEqual(before)
  console.log(
    `10,000 calls: longest task ${coming.longest} ms (${coming.alone} alone) while they came, ${stopping.longest} ms (${stopping.alone} alone) while they were stopped`,
  )
  expect([coming, stopping].filter(isFrozen)).toEqual([])
}, 180_000)
