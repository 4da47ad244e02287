import { useState } from 'react'
import { Button } from '../../parts/Button.tsx'
import { Field } from '../../parts/Field.tsx'
import { useTexts } from '../../texts/texts.ts'
import styles from './SignIn.module.css'

/** User name and password: what was typed stays until the sign-in has succeeded, and is kept nowhere else. */
export function PasswordForm({
  busy,
  onSubmit,
}: {
  readonly busy: boolean
  readonly onSubmit: (username: string, password: string) => void
}) {
  const texts = useTexts().signIn
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  return (
    <form
      className={styles['form']}
      aria-label={texts.password}
      onSubmit={(event) => {
        event.preventDefault()
        onSubmit(username, password)
      }}
    >
      <Field
        label={texts.username}
        value={username}
        onChange={(event) => setUsername(event.target.value)}
        autoComplete="username"
        spellCheck={false}
        required
      />
      <Field
        label={texts.passwordLabel}
        type="password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        autoComplete="current-password"
        required
      />
      <Button type="submit" disabled={busy}>
        {busy ? texts.signingIn : texts.password}
      </Button>
    </form>
  )
}
