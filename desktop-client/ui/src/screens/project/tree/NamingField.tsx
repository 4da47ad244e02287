import { useTexts } from '../../../texts/texts.ts'
import { NameField } from './NameField.tsx'
import type { Naming } from './naming.ts'

/** The field for the name of something new, or for another name. */
export function NamingField({
  naming: { kind, at },
  onDone,
  onCancel,
}: {
  readonly naming: Naming
  readonly onDone: (name: string) => void
  readonly onCancel: () => void
}) {
  const texts = useTexts().project
  const labels = { rename: texts.newName(at), file: texts.nameOfFile, folder: texts.nameOfFolder }
  const problemOf = (name: string) =>
    kind === 'rename' && name.includes('/') ? texts.noSlash : undefined
  return (
    <NameField
      label={labels[kind]}
      start={kind === 'rename' ? at.slice(at.lastIndexOf('/') + 1) : ''}
      problemOf={problemOf}
      onDone={onDone}
      onCancel={onCancel}
    />
  )
}
