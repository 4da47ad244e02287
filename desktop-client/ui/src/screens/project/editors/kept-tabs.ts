import { readView, saveView } from '@codelab/contracts/engine-ui/application'
import { useEffect } from 'react'
import { z } from 'zod/mini'
import { call } from '../../../engine/call.ts'
import type { EngineFailure } from '../../../engine/failure.ts'
import { tell } from '../../../state/store.ts'
import { useTexts } from '../../../texts/texts.ts'
import {
  addFile,
  bringToFront,
  fileAt,
  isUnsaved,
  type OpenFile,
  useOpenFiles,
} from './open-files.ts'
import { reload } from './on-disk.ts'

const saveAfterMs = 400
const mostTabs = 100

const Tabs = z.object({
  front: z.optional(z.string()),
  tabs: z
    .array(z.object({ path: z.string(), draft: z.optional(z.string()) }))
    .check(z.maxLength(mostTabs)),
})
type Tabs = z.infer<typeof Tabs>
const Draft = z.object({ text: z.string(), began: z.string() })

const tabsKey = (project: string) => `tabs.${project}`
const read = async (key: string): Promise<unknown> =>
  (await call(readView, { params: { key } })).value
type Fail = (error: unknown) => void
const write = (key: string, value: unknown, fail: Fail) =>
  void call(saveView, { params: { key }, body: { value: value as never } }).catch(fail)

/** The name under which the text of a tab is kept while it is not saved. */
const drafts = new Map<number, string>()
const draftOf = ({ id }: OpenFile): string => {
  const key = drafts.get(id) ?? `draft.${crypto.randomUUID()}`
  drafts.set(id, key)
  return key
}

/** Opens what was open when the project was last shown, texts that were not saved included. */
async function restore(project: string): Promise<void> {
  const kept = Tabs.safeParse(await read(tabsKey(project)))
  if (!kept.success) return
  for (const { path, draft } of kept.data.tabs) {
    if (fileAt({ project, path })) continue
    const text = draft === undefined ? undefined : Draft.safeParse(await read(draft)).data
    const file = addFile(
      { project, path },
      text && { text: text.text, saved: { text: text.began, version: null } },
    )
    if (draft !== undefined) drafts.set(file.id, draft)
    void reload(file)
  }
  const { front } = kept.data
  const shown = useOpenFiles.getState().front
  if (front !== undefined && shown?.project !== project && fileAt({ project, path: front }))
    bringToFront({ project, path: front })
}

function save(project: string, saved: Map<number, string>, fail: Fail): void {
  const { files, front } = useOpenFiles.getState()
  const own = files.filter((file) => file.project === project)
  for (const file of own) {
    if (isUnsaved(file) && saved.get(file.id) !== file.text) {
      saved.set(file.id, file.text)
      write(draftOf(file), { text: file.text, began: file.saved?.text ?? '' }, fail)
    }
  }
  const unsaved = new Set(own.filter(isUnsaved).map(({ id }) => id))
  for (const id of [...saved.keys(), ...drafts.keys()]) {
    if (unsaved.has(id) || files.some((file) => file.id === id && file.project !== project))
      continue
    const draft = drafts.get(id)
    if (draft !== undefined) write(draft, null, fail)
    drafts.delete(id)
    saved.delete(id)
  }
  const tabs: Tabs = {
    ...(front?.project === project && { front: front.path }),
    tabs: own.slice(0, mostTabs).map((file) => ({
      path: file.path,
      ...(unsaved.has(file.id) && { draft: draftOf(file) }),
    })),
  }
  write(tabsKey(project), tabs, fail)
}

/** Keeps the open tabs of a project over restarts, with what was typed and not saved. */
export function useKeptTabs(project: string): void {
  const { notRemembered } = useTexts().common
  useEffect(() => {
    const saved = new Map<number, string>()
    const fail = (error: unknown) => tell({ text: notRemembered, problem: error as EngineFailure })
    let ready = false
    let timer: ReturnType<typeof setTimeout> | undefined
    const flush = () => {
      clearTimeout(timer)
      if (timer !== undefined) save(project, saved, fail)
      timer = undefined
    }
    // A window that is closed is hidden first.
    const onHidden = () => document.visibilityState === 'hidden' && flush()
    const later = () => {
      if (!ready) return
      clearTimeout(timer)
      timer = setTimeout(flush, saveAfterMs)
    }
    restore(project)
      .catch((error: unknown) => console.warn('tabs not opened again', error))
      .finally(() => {
        ready = true
        if (useOpenFiles.getState().files.some((file) => file.project === project)) later()
      })
    const stop = useOpenFiles.subscribe(later)
    document.addEventListener('visibilitychange', onHidden)
    return () => {
      stop()
      document.removeEventListener('visibilitychange', onHidden)
      flush()
    }
  }, [project, notRemembered])
}
