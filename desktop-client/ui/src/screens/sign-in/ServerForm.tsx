import { useState } from 'react'
import { Button } from '../../parts/Button.tsx'
import { Field } from '../../parts/Field.tsx'
import { useTexts } from '../../texts/texts.ts'
import styles from './SignIn.module.css'

/** The address of another workspace. */
export function ServerForm(props: {
  readonly server: string
  readonly busy: boolean
  readonly onChoose: (server: string) => void
  /** Absent where there is nothing to go back to. */
  readonly onCancel?: () => void
}) {
  const { common, signIn: texts } = useTexts()
  const [server, setServer] = useState(props.server)
  return (
    <form
      className={styles['form']}
      onSubmit={(event) => {
        event.preventDefault()
        props.onChoose(server)
      }}
    >
      <Field
        label={texts.serverLabel}
        hint={texts.serverHint}
        value={server}
        onChange={(event) => setServer(event.target.value)}
        inputMode="url"
        spellCheck={false}
        autoFocus={props.onCancel !== undefined}
        required
      />
      <div className={styles['row']}>
        <Button look="main" type="submit" disabled={props.busy}>
          {texts.useServer}
        </Button>
        {props.onCancel && <Button onClick={props.onCancel}>{common.cancel}</Button>}
      </div>
    </form>
  )
}
