import { openProject } from '@codelab/contracts/engine-ui/projects'
import { call } from '../engine/call.ts'
import { Answer, Question } from '../parts/Question.tsx'
import { Visible } from '../parts/Visible.tsx'
import { attempt, changePage, usePage } from '../state/store.ts'
import { useTexts } from '../texts/texts.ts'
import { folderOfLink } from './folder-of-link.ts'

async function open(path: string): Promise<void> {
  const project = await call(openProject, { body: { path } })
  changePage({ project: project.id, place: 'project' })
}

/** Asks before a `codelab://open?folder=…` is followed: any page of the web can hold such a link. */
export function OpenLink() {
  const { openLink: texts } = useTexts()
  const folder = folderOfLink(usePage((state) => state.link))
  const leave = () => usePage.setState({ link: undefined })
  return (
    <Question
      open={folder !== undefined}
      title={texts.title}
      text={texts.text}
      details={
        <p>
          <code>
            <Visible text={folder ?? ''} />
          </code>
        </p>
      }
      onCancel={leave}
    >
      <Answer onClick={() => folder !== undefined && attempt(open(folder))}>{texts.open}</Answer>
    </Question>
  )
}
