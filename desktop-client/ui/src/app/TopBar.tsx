import { signOut } from '@codelab/contracts/engine-ui/account'
import { DropdownMenu } from 'radix-ui'
import { call } from '../engine/call.ts'
import { Button } from '../parts/Button.tsx'
import menu from '../parts/Menu.module.css'
import { usePage } from '../state/store.ts'
import { useTexts } from '../texts/texts.ts'
import styles from './TopBar.module.css'

/** Where the person is: project and workspace, and the menu of their account. */
export function TopBar() {
  const texts = useTexts()
  const account = usePage((state) => state.application?.account)
  const project = usePage((state) =>
    state.application?.projects.find(({ id }) => id === state.project),
  )
  return (
    <header className={styles['bar']}>
      <strong className={styles['project']} title={project?.path}>
        {project?.name ?? texts.application}
      </strong>
      <DropdownMenu.Root>
        <DropdownMenu.Trigger asChild>
          <Button look="plain">{account?.person?.name ?? account?.person?.id}</Button>
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content className={menu['menu']} align="end">
            <DropdownMenu.Label className={menu['label']}>{account?.server}</DropdownMenu.Label>
            <DropdownMenu.Item className={menu['item']} onSelect={() => void call(signOut)}>
              {texts.account.signOut}
            </DropdownMenu.Item>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
    </header>
  )
}
