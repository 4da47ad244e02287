import { useShallow } from 'zustand/shallow'
import { usePage } from '../state/store.ts'
import { askedNow } from '../state/waiting-queue.ts'
import { ApprovalView } from '../screens/approval/ApprovalView.tsx'
import { ChangesView } from '../screens/changes/ChangesView.tsx'
import { JobsView } from '../screens/jobs/JobsView.tsx'
import { Editors } from '../screens/project/editors/Editors.tsx'
import { OpenProject } from '../screens/project/OpenProject.tsx'
import { SettingsView } from '../screens/settings/SettingsView.tsx'
import styles from './Workbench.module.css'

/** The room in the middle: a call that waits in the conversation in front comes before everything else, until it is put aside. */
export function Center() {
  const session = usePage((state) => state.session)
  const project = usePage((state) => state.project)
  const place = usePage((state) => state.place)
  const settings = usePage((state) => state.application?.settings)
  const asked = usePage(useShallow(askedNow))
  if (asked) {
    const { call, index, count } = asked
    return (
      <main className={styles['center']}>
        <ApprovalView key={call.call_id} waiting={call} place={{ index, count }} />
      </main>
    )
  }
  return (
    <main className={styles['center']}>
      {place === 'jobs' && <JobsView session={session} />}
      {place === 'settings' && settings && <SettingsView state={settings} />}
      {place === 'changes' && project && (
        <ChangesView key={session} project={project} session={session} />
      )}
      {place === 'project' && (project ? <Editors project={project} /> : <OpenProject />)}
    </main>
  )
}
