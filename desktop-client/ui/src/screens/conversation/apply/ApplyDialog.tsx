import { Dialog } from 'radix-ui'
import { useState } from 'react'
import { Button } from '../../../parts/Button.tsx'
import dialog from '../../../parts/Dialog.module.css'
import { Field } from '../../../parts/Field.tsx'
import { changePage } from '../../../state/store.ts'
import type { Applying } from '../../../state/page-state.ts'
import { useTexts } from '../../../texts/texts.ts'
import styles from './ApplyDialog.module.css'
import { Proposal } from './Proposal.tsx'

/** A block of code on its way into a file: the person names the file, sees the difference, may change it, and applies it or not. */
export function ApplyDialog({
  project,
  applying,
}: {
  readonly project: string
  readonly applying: Applying
}) {
  const { common, apply: texts } = useTexts()
  const [typed, setTyped] = useState(applying.path)
  const [path, setPath] = useState(applying.path)
  const close = () => changePage({ applying: undefined })
  return (
    <Dialog.Root open onOpenChange={(open) => open || close()}>
      <Dialog.Portal>
        <Dialog.Overlay className={dialog['overlay']} />
        <Dialog.Content className={`${dialog['dialog']} ${styles['dialog']}`}>
          <Dialog.Title>{texts.title}</Dialog.Title>
          <Dialog.Description className={styles['hint']}>{texts.hint}</Dialog.Description>
          <form
            className={styles['place']}
            onSubmit={(event) => {
              event.preventDefault()
              setPath(typed.trim())
            }}
          >
            <Field
              label={texts.path}
              value={typed}
              required
              maxLength={4096}
              spellCheck={false}
              onChange={(event) => setTyped(event.target.value)}
              onBlur={() => setPath(typed.trim())}
            />
            <Button type="submit">{texts.show}</Button>
          </form>
          {path === '' ? (
            <div className={dialog['actions']}>
              <Button onClick={close}>{common.cancel}</Button>
            </div>
          ) : (
            <Proposal
              key={path}
              project={project}
              path={path}
              session={applying.session}
              piece={applying.text}
              onClose={close}
            />
          )}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
