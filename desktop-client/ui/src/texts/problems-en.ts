import { counter } from './plural.ts'
import type { ProblemTexts } from './problem-texts.ts'

const count = counter('en')
const wait = (seconds = 0) =>
  seconds > 90
    ? count(Math.ceil(seconds / 60), { one: 'minute', other: 'minutes' })
    : count(Math.max(1, Math.ceil(seconds)), { one: 'second', other: 'seconds' })

const at = (place?: string) => (place === undefined ? '' : ` at ${place}`)

/** What a person reads for each reason of the engine's. */
export const problemsEn: ProblemTexts = {
  server_unreachable: ({ place = 'The workspace' }) =>
    `${place} does not answer. Check the address and your network connection.`,
  certificate_refused: ({ place = 'that address' }) =>
    `This computer does not trust the certificate of ${place}. Do not enter a password; ask whoever runs the workspace.`,
  not_a_codelab_server: ({ place = 'that address' }) =>
    `What answers at ${place} is no CodeLab workspace. Check the address.`,
  workspace_suspended: ({ place }) =>
    `The workspace${at(place)} is suspended or starting. Its data is kept; try again later or ask whoever runs it.`,
  update_server: () =>
    'This application is newer than the workspace. Ask whoever runs the workspace to update it.',
  update_client: () => 'The workspace is newer than this application. Update CodeLab.',
  wrong_credentials: () => 'User name or password is wrong.',
  account_locked: ({ retry_after_s }) =>
    `Too many failed attempts. Try again in ${wait(retry_after_s)}.`,
  sign_in_expired: () => 'The sign-in was not finished in time. Begin again.',
  sign_in_cancelled: () => 'The sign-in was stopped.',
  signed_out: ({ place }) => `Your sign-in${at(place)} has ended. Sign in again; nothing is lost.`,
  folder_missing: ({ place = 'of the project' }) =>
    `The folder ${place} is gone. Put it back, or open another one.`,
  file_changed: () =>
    'The file was changed by something else since you opened it. Compare before you save.',
  file_missing: () => 'The file is gone.',
  file_too_large: () => 'The file is larger than 1 MiB and cannot be shown here.',
  not_text: () => 'The file is no text.',
  no_permission: () =>
    'This computer does not let you do that. Look at the permissions of the file and its folder.',
  read_only: () =>
    'This lies on a read-only disk; nothing was changed. Make the disk writable and try again.',
  file_exists: () =>
    'Something with that name is there already; nothing was changed. Choose another name.',
  trash_unavailable: () =>
    'There is no trash here that it could be taken back from, so nothing was deleted. Of a folder, delete what is in it first.',
  change_not_undoable: () =>
    'This cannot be taken back: something changed it since, or the trash was emptied. Nothing was changed.',
  disk_full: () => 'The disk is full; nothing was changed. Free some space and try again.',
  session_missing: () => 'This conversation does not exist any more.',
  session_expired: () =>
    'This conversation has expired. Its messages stay readable; go on in a new one.',
  look_again: () => 'Something changed since the preview. Look again before you approve.',
  no_browser: () => 'No browser could be opened here. Open the address yourself.',
}
