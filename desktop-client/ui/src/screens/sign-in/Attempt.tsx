import type { SignInAttempt } from '@codelab/contracts/engine-ui/account'
import { openLink } from '@codelab/contracts/engine-ui/application'
import { call } from '../../engine/call.ts'
import { Button } from '../../parts/Button.tsx'
import { useTexts } from '../../texts/texts.ts'
import styles from './SignIn.module.css'

/** A sign-in that the person finishes in a browser, here or on another device. */
export function Attempt({
  attempt,
  onCancel,
}: {
  readonly attempt: SignInAttempt
  readonly onCancel: () => void
}) {
  const { common, signIn: texts } = useTexts()
  const { address, code } = attempt
  return (
    <div className={styles['attempt']} role="status">
      <p>{code ? texts.confirmCode : texts.confirmInBrowser}</p>
      {address && <p className={styles['address']}>{address}</p>}
      {code && <p className={styles['code']}>{code}</p>}
      <div className={styles['row']}>
        {address && (
          <Button onClick={() => void call(openLink, { body: { url: address } })}>
            {texts.openBrowser}
          </Button>
        )}
        <Button onClick={onCancel}>{common.cancel}</Button>
      </div>
    </div>
  )
}
