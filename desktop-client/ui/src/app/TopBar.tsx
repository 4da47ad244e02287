import { signOut } from '@codelab/contracts/engine-ui/account'
import { DropdownMenu } from 'radix-ui'
import { call } from '../engine/call.ts'
import { Button } from '../parts/Button.tsx'
import menu from '../parts/Menu.module.css'
import { WaitingMenu } from '../screens/approval/WaitingMenu.tsx'
import { attempt, tell, usePage } from '../state/store.ts'
import { useTexts } from '../texts/texts.ts'
import { NotificationsMenu } from './NotificationsMenu.tsx'
import { Places } from './Places.tsx'
import styles from './TopBar.module.css'

/** Signed out here in any case; the person hears of it when the workspace could not be told. */
async function leave(notTold: string): Promise<void> {
  const { told_server: told } = await call(signOut)
  if (!told) tell({ text: notTold })
}

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
      <div className={styles['tools']}>
        <WaitingMenu />
        <Places />
        <NotificationsMenu />
        <DropdownMenu.Root modal={false}>
          <DropdownMenu.Trigger asChild>
            <Button look="plain">{account?.person?.name ?? account?.person?.id}</Button>
          </DropdownMenu.Trigger>
          <DropdownMenu.Portal>
            <DropdownMenu.Content className={menu['menu']} align="end">
              <DropdownMenu.Label className={menu['label']}>{account?.server}</DropdownMenu.Label>
              <DropdownMenu.Item
                className={menu['item']}
                onSelect={() => attempt(leave(texts.account.notTold))}
              >
                {texts.account.signOut}
              </DropdownMenu.Item>
            </DropdownMenu.Content>
          </DropdownMenu.Portal>
        </DropdownMenu.Root>
      </div>
    </header>
  )
}
