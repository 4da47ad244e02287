import { openConversation } from '@codelab/contracts/engine-ui/conversations'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { Group, Panel, Separator } from 'react-resizable-panels'
import { Palette } from '../commands/Palette.tsx'
import { useCommands } from '../commands/registry.ts'
import { useShortcuts } from '../commands/use-shortcuts.ts'
import { call } from '../engine/call.ts'
import type { EngineFailure } from '../engine/failure.ts'
import { Button } from '../parts/Button.tsx'
import { later } from '../parts/later.tsx'
import { ProblemText } from '../parts/ProblemText.tsx'
import { SessionList } from '../screens/conversation/SessionList.tsx'
import { GoToFile } from '../screens/project/find/GoToFile.tsx'
import { ProjectSide } from '../screens/project/ProjectSide.tsx'
import { conversationOf } from '../state/conversation.ts'
import { focusOnMessage } from '../state/message-box.ts'
import { changePage, showWaiting, usePage } from '../state/store.ts'
import { useTexts } from '../texts/texts.ts'
import { Center } from './Center.tsx'
import { ColumnChoice } from './ColumnChoice.tsx'
import { FolderNotice } from './FolderNotice.tsx'
import { MismatchNotice } from './MismatchNotice.tsx'
import { OpenLink } from './OpenLink.tsx'
import { TopBar } from './TopBar.tsx'
import { useNarrow } from './use-narrow.ts'
import styles from './Workbench.module.css'

// Markdown and its colours are a third of the page.
const ApplyDialog = later(
  async () => (await import('../screens/conversation/apply/ApplyDialog.tsx')).ApplyDialog,
)
const ConversationPanel = later(
  async () => (await import('../screens/conversation/ConversationPanel.tsx')).ConversationPanel,
)

/** Once the picture of now is on the screen. */
function fetchTheRest(): void {
  requestAnimationFrame(() =>
    setTimeout(() => void Promise.all([ConversationPanel.fetch(), ApplyDialog.fetch()])),
  )
}

/** Begins a conversation in the project and brings it to the front, drawn at once: the keyboard goes there. */
async function begin(project: string | undefined): Promise<void> {
  const [opened] = await Promise.all([
    call(openConversation, { body: project ? { project } : {} }),
    ConversationPanel.fetch(),
  ])
  const conversation = conversationOf(opened)
  usePage.setState(({ conversations }) => ({
    session: conversation.sessionId,
    column: 'conversation',
    conversations: { ...conversations, [conversation.sessionId]: conversation },
  }))
}

/** A signed-in person's work: their project, the conversation beside it, jobs and settings. */
export function Workbench() {
  useShortcuts()
  useEffect(fetchTheRest, [])
  const texts = useTexts()
  const project = usePage((state) => state.project)
  const session = usePage((state) => state.session)
  const applying = usePage((state) => state.applying)
  const column = usePage((state) => state.column)
  const narrow = useNarrow()
  const [failure, setFailure] = useState<EngineFailure>()
  const beginHere = useCallback(() => {
    setFailure(undefined)
    begin(usePage.getState().project).then(focusOnMessage, (error: EngineFailure) =>
      setFailure(error),
    )
  }, [])
  useCommands(
    useMemo(
      () => [
        {
          id: 'conversation.new',
          title: ({ workbench }) => workbench.newConversation,
          keys: 'Mod+Shift+N',
          run: beginHere,
        },
        {
          id: 'conversation.message',
          title: ({ workbench }) => workbench.message,
          keys: 'Mod+L',
          run: () => {
            changePage({ column: 'conversation' })
            focusOnMessage()
          },
        },
        {
          id: 'place.project',
          title: ({ workbench }) => workbench.project,
          keys: 'Mod+1',
          run: () => changePage({ place: 'project' }),
        },
        {
          id: 'place.changes',
          title: ({ workbench }) => workbench.changes,
          keys: 'Mod+3',
          run: () => changePage({ place: 'changes' }),
        },
        {
          id: 'approval.next',
          title: ({ approval }) => approval.nextWaiting,
          keys: 'F8',
          run: () => showWaiting(1),
        },
        {
          id: 'approval.previous',
          title: ({ approval }) => approval.previousWaiting,
          keys: 'Shift+F8',
          run: () => showWaiting(-1),
        },
        {
          id: 'place.jobs',
          title: ({ workbench }) => workbench.jobs,
          keys: 'Mod+2',
          run: () => changePage({ place: 'jobs' }),
        },
        {
          id: 'place.settings',
          title: ({ workbench }) => workbench.settings,
          keys: 'Mod+,',
          run: () => changePage({ place: 'settings' }),
        },
        {
          id: 'project.open',
          title: ({ workbench }) => workbench.openProject,
          keys: 'Mod+O',
          run: () => changePage({ project: undefined, place: 'project' }),
        },
      ],
      [beginHere],
    ),
  )
  return (
    <div className={styles['workbench']}>
      <TopBar />
      <MismatchNotice />
      <FolderNotice />
      {failure && <ProblemText problem={failure} />}
      {narrow && <ColumnChoice />}
      <div className={styles['columns']} data-front={narrow ? column : undefined}>
        <Group orientation="horizontal">
          <Panel id="column-side" defaultSize="20%" minSize="12rem" className={styles['column']}>
            <Group orientation="vertical">
              <Panel defaultSize="45%" minSize="8rem">
                <SessionList onNew={beginHere} />
              </Panel>
              {project && (
                <>
                  <Separator className={styles['lying']} aria-label={texts.workbench.resize} />
                  <Panel minSize="8rem">
                    <ProjectSide project={project} />
                  </Panel>
                </>
              )}
            </Group>
          </Panel>
          <Separator className={styles['standing']} aria-label={texts.workbench.resize} />
          <Panel id="column-center" minSize="20rem" className={styles['column']}>
            <Center />
          </Panel>
          <Separator className={styles['standing']} aria-label={texts.workbench.resize} />
          <Panel
            id="column-conversation"
            defaultSize="32%"
            minSize="18rem"
            className={styles['column']}
          >
            {session ? (
              <ConversationPanel
                key={session}
                sessionId={session}
                project={project}
                onNew={beginHere}
              />
            ) : (
              <div className={styles['none']}>
                <p>{texts.workbench.noConversation}</p>
                <Button look="main" onClick={beginHere}>
                  {texts.workbench.newConversation}
                </Button>
              </div>
            )}
          </Panel>
        </Group>
      </div>
      {project && applying && <ApplyDialog project={project} applying={applying} />}
      {project && <GoToFile project={project} />}
      <Palette />
      <OpenLink />
    </div>
  )
}
