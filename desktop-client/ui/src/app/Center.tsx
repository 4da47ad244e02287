import { usePage } from '../state/store.ts'
import { ApprovalView } from '../screens/approval/ApprovalView.tsx'
import { JobsView } from '../screens/jobs/JobsView.tsx'
import { Editors } from '../screens/project/editors/Editors.tsx'
import { OpenProject } from '../screens/project/OpenProject.tsx'
import { SettingsView } from '../screens/settings/SettingsView.tsx'
import styles from './Workbench.module.css'

/** The room in the middle: a call that waits in the conversation in front comes before everything else. */
export function Center() {
  const { session, project, place, application, approvals } = usePage()
  const waiting = approvals.filter(({ session_id }) => session_id === session)
  const first = waiting[0]
  if (first) {
    return (
      <main className={styles['center']}>
        <ApprovalView
          key={first.call_id}
          waiting={first}
          place={{ index: 0, count: waiting.length }}
        />
      </main>
    )
  }
  return (
    <main className={styles['center']}>
      {place === 'jobs' && <JobsView session={session} />}
      {place === 'settings' && application && <SettingsView state={application.settings} />}
      {place === 'project' && (project ? <Editors project={project} /> : <OpenProject />)}
    </main>
  )
}
