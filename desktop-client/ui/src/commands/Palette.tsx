import { Command as Menu } from 'cmdk'
import { useMemo, useState } from 'react'
import { useTexts } from '../texts/texts.ts'
import type { Command } from './command.ts'
import { useCommandList, useCommands } from './registry.ts'
import { shownKeys } from './shown-keys.ts'
import styles from './Palette.module.css'

/** All commands by name. */
export function Palette() {
  const texts = useTexts()
  const [open, setOpen] = useState(false)
  const commands = useCommandList()
  useCommands(
    useMemo(
      () => [
        {
          id: 'palette.open',
          title: ({ palette }) => palette.open,
          keys: 'Mod+Shift+P',
          run: () => setOpen(true),
        },
      ],
      [],
    ),
  )
  const run = (command: Command) => {
    setOpen(false)
    // After the dialog has given the focus back: the command may want it.
    requestAnimationFrame(command.run)
  }
  return (
    <Menu.Dialog
      open={open}
      onOpenChange={setOpen}
      label={texts.palette.open}
      className={styles['palette']}
      overlayClassName={styles['overlay']}
    >
      <Menu.Input placeholder={texts.palette.placeholder} className={styles['input']} />
      <Menu.List className={styles['list']}>
        <Menu.Empty className={styles['empty']}>{texts.palette.nothing}</Menu.Empty>
        {commands.map((command) => (
          <Menu.Item
            key={command.id}
            value={`${command.title(texts)} ${command.id}`}
            onSelect={() => run(command)}
            className={styles['item']}
          >
            <span>{command.title(texts)}</span>
            <kbd>{shownKeys(command)}</kbd>
          </Menu.Item>
        ))}
      </Menu.List>
    </Menu.Dialog>
  )
}
