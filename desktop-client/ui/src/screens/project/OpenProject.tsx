import { useQuery } from '@tanstack/react-query'
import {
  forgetProject,
  listFolders,
  openProject,
  type Project,
} from '@codelab/contracts/engine-ui/projects'
import { Folder, X } from 'lucide-react'
import { useState } from 'react'
import { call } from '../../engine/call.ts'
import type { EngineFailure } from '../../engine/failure.ts'
import { Button } from '../../parts/Button.tsx'
import { Field } from '../../parts/Field.tsx'
import { ProblemText } from '../../parts/ProblemText.tsx'
import { changePage, usePage } from '../../state/store.ts'
import { useTexts } from '../../texts/texts.ts'
import styles from './OpenProject.module.css'

const none: readonly Project[] = []

/** Chooses a folder to work in: one that was open before, a path that is typed, or folder by folder. */
export function OpenProject() {
  const texts = useTexts().project
  const projects = usePage((state) => state.application?.projects ?? none)
  const [path, setPath] = useState('')
  const [failure, setFailure] = useState<EngineFailure>()
  const folders = useQuery({
    queryKey: ['folders', path],
    queryFn: ({ signal }) => call(listFolders, { query: path === '' ? {} : { path }, signal }),
    placeholderData: (before) => before,
  })
  const open = async (folder: string) => {
    setFailure(undefined)
    try {
      const project = await call(openProject, { body: { path: folder } })
      changePage({ project: project.id, place: 'project' })
    } catch (error) {
      setFailure(error as EngineFailure)
    }
  }
  const forget = ({ id }: Project) =>
    call(forgetProject, { params: { project: id } }).then(
      () =>
        usePage.setState(({ application }) => ({
          application: application && {
            ...application,
            projects: application.projects.filter((each) => each.id !== id),
          },
        })),
      (error: EngineFailure) => setFailure(error),
    )
  const here = folders.data
  return (
    <section className={styles['open']} aria-labelledby="open-project-title">
      <h2 id="open-project-title">{texts.open}</h2>
      {failure && <ProblemText problem={failure} />}
      {projects.length > 0 && (
        <>
          <h3>{texts.recent}</h3>
          <ul className={styles['recent']}>
            {projects.map((project) => (
              <li key={project.id}>
                <button
                  type="button"
                  disabled={!project.present}
                  onClick={() => void open(project.path)}
                >
                  <strong>{project.name}</strong>
                  <span>{project.path}</span>
                  {!project.present && <em>{texts.gone}</em>}
                  {project.open_elsewhere && <em>{texts.elsewhere}</em>}
                </button>
                <Button
                  look="plain"
                  aria-label={texts.forget(project.name)}
                  onClick={() => void forget(project)}
                >
                  <X size={16} aria-hidden />
                </Button>
              </li>
            ))}
          </ul>
        </>
      )}
      <form
        className={styles['path']}
        onSubmit={(event) => {
          event.preventDefault()
          void open(path)
        }}
      >
        <Field
          label={texts.path}
          value={path}
          spellCheck={false}
          required
          onChange={(event) => setPath(event.target.value)}
        />
        <Button type="submit" look="main">
          {texts.openThis}
        </Button>
      </form>
      {here && (
        <ul className={styles['folders']} aria-label={texts.foldersIn(here.path)}>
          {here.parent !== undefined && (
            <li>
              <button type="button" onClick={() => setPath(here.parent!)}>
                <Folder size={16} aria-hidden /> ..
              </button>
            </li>
          )}
          {here.folders.map((name) => (
            <li key={name}>
              <button
                type="button"
                onClick={() => setPath(`${here.path.replace(/[\\/]$/, '')}/${name}`)}
              >
                <Folder size={16} aria-hidden /> {name}
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
