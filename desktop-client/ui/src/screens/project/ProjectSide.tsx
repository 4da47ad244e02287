import { Tabs } from 'radix-ui'
import { useMemo, useState } from 'react'
import { useCommands } from '../../commands/registry.ts'
import { usePage } from '../../state/store.ts'
import { useTexts } from '../../texts/texts.ts'
import { useKeptTabs } from './editors/kept-tabs.ts'
import { FindInFiles } from './find/FindInFiles.tsx'
import { ProjectGone } from './ProjectGone.tsx'
import styles from './ProjectSide.module.css'
import { FileTree } from './tree/FileTree.tsx'

/** Beside the editor: the project's files, or a search in them. */
export function ProjectSide({ project }: { readonly project: string }) {
  useKeptTabs(project)
  const texts = useTexts().project
  const gone = usePage(({ application }) => {
    const shown = application?.projects.find(({ id }) => id === project)
    return shown?.open && !shown.present ? shown.path : undefined
  })
  const [side, setSide] = useState('files')
  useCommands(
    useMemo(
      () => [
        {
          id: 'project.files',
          title: ({ project: { showFiles } }) => showFiles,
          keys: 'Mod+Shift+E',
          run: () => setSide('files'),
        },
        {
          id: 'project.show_find',
          title: ({ project: { findTitle } }) => findTitle,
          keys: 'Mod+Shift+F',
          run: () => setSide('find'),
        },
      ],
      [],
    ),
  )
  if (gone !== undefined) return <ProjectGone path={gone} />
  return (
    <Tabs.Root className={styles['side']} value={side} onValueChange={setSide}>
      <Tabs.List className={styles['tabs']} aria-label={texts.title}>
        <Tabs.Trigger value="files">{texts.files}</Tabs.Trigger>
        <Tabs.Trigger value="find">{texts.find}</Tabs.Trigger>
      </Tabs.List>
      <Tabs.Content value="files" className={styles['content']}>
        <FileTree key={project} project={project} />
      </Tabs.Content>
      <Tabs.Content value="find" className={styles['content']}>
        <FindInFiles key={project} project={project} />
      </Tabs.Content>
    </Tabs.Root>
  )
}
