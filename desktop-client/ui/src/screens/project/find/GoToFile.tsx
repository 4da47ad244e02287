import { useQuery } from '@tanstack/react-query'
import { listFileNames } from '@codelab/contracts/engine-ui/files'
import { Command as Menu } from 'cmdk'
import { useMemo, useState } from 'react'
import styles from '../../../commands/Palette.module.css'
import { useCommands } from '../../../commands/registry.ts'
import { call } from '../../../engine/call.ts'
import { keys } from '../../../state/queries.ts'
import { useTexts } from '../../../texts/texts.ts'
import { openFile } from '../editors/on-disk.ts'
import { matchingPaths } from './matching-paths.ts'

const mostShown = 50

/** Any file of the project by a part of its path. */
export function GoToFile({ project }: { readonly project: string }) {
  const texts = useTexts().project
  const [open, setOpen] = useState(false)
  const [typed, setTyped] = useState('')
  const names = useQuery({
    queryKey: keys.names(project),
    enabled: open,
    queryFn: ({ signal }) => call(listFileNames, { params: { project }, signal }),
  })
  const shown = useMemo(
    () => matchingPaths(names.data?.paths ?? [], typed, mostShown),
    [names.data, typed],
  )
  useCommands(
    useMemo(
      () => [
        {
          id: 'project.go_to_file',
          title: ({ project: { goToFile } }) => goToFile,
          keys: 'Mod+P',
          run: () => {
            setTyped('')
            setOpen(true)
          },
        },
      ],
      [],
    ),
  )
  return (
    <Menu.Dialog
      open={open}
      onOpenChange={setOpen}
      label={texts.goToFile}
      shouldFilter={false}
      className={styles['palette']}
      overlayClassName={styles['overlay']}
    >
      <Menu.Input
        value={typed}
        onValueChange={setTyped}
        placeholder={texts.goToFile}
        className={styles['input']}
      />
      <Menu.List className={styles['list']}>
        <Menu.Empty className={styles['empty']}>{texts.noSuchFile}</Menu.Empty>
        {shown.map((path) => (
          <Menu.Item
            key={path}
            value={path}
            className={styles['item']}
            onSelect={() => {
              setOpen(false)
              openFile({ project, path })
            }}
          >
            {path}
          </Menu.Item>
        ))}
      </Menu.List>
    </Menu.Dialog>
  )
}
