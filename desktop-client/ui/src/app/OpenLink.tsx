import { openProject } from '@codelab/contracts/engine-ui/projects'
import { AlertDialog } from 'radix-ui'
import { call } from '../engine/call.ts'
import { Button } from '../parts/Button.tsx'
import dialog from '../parts/Dialog.module.css'
import { Visible } from '../parts/Visible.tsx'
import { attempt, changePage, usePage } from '../state/store.ts'
import { useTexts } from '../texts/texts.ts'
import { folderOfLink } from './folder-of-link.ts'

async function open(path: string): Promise<void> {
  const project = await call(openProject, { body: { path } })
  changePage({ project: project.id, place: 'project' })
}

/** Asks before a `codelab://open?folder=…` is followed: any page of the web can hold such a link. */
export function OpenLink() {
  const { common, openLink: texts } = useTexts()
  const folder = folderOfLink(usePage((state) => state.link))
  const leave = () => usePage.setState({ link: undefined })
  return (
    <AlertDialog.Root open={folder !== undefined} onOpenChange={(isOpen) => isOpen || leave()}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={dialog['overlay']} />
        <AlertDialog.Content className={dialog['dialog']}>
          <AlertDialog.Title>{texts.title}</AlertDialog.Title>
          <AlertDialog.Description>{texts.text}</AlertDialog.Description>
          <p>
            <code>
              <Visible text={folder ?? ''} />
            </code>
          </p>
          <div className={dialog['actions']}>
            <AlertDialog.Cancel asChild>
              <Button>{common.cancel}</Button>
            </AlertDialog.Cancel>
            <AlertDialog.Action asChild>
              <Button onClick={() => folder !== undefined && attempt(open(folder))}>
                {texts.open}
              </Button>
            </AlertDialog.Action>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
