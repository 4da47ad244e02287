import { counter } from './plural.ts'
import type { ProblemTexts } from './problem-texts.ts'

const count = counter('en')
const wait = (seconds = 0) =>
  seconds > 90
    ? count(Math.ceil(seconds / 60), { one: 'minute', other: 'minutes' })
    : count(Math.max(1, Math.ceil(seconds)), { one: 'second', other: 'seconds' })

/** What a person reads for each reason of the engine's. */
export const problemsEn: ProblemTexts = {
  server_unreachable: () =>
    'The workspace does not answer. Check the address and your network connection.',
  certificate_refused: () =>
    'This computer does not trust the certificate of that address. Do not enter a password; ask whoever runs the workspace.',
  not_a_codelab_server: () =>
    'Something answers at that address, but it is no CodeLab workspace. Check the address.',
  workspace_suspended: () =>
    'The workspace is suspended or starting. Its data is kept; try again later or ask whoever runs it.',
  update_server: () =>
    'This application is newer than the workspace. Ask whoever runs the workspace to update it.',
  update_client: () => 'The workspace is newer than this application. Update CodeLab.',
  wrong_credentials: () => 'User name or password is wrong.',
  account_locked: ({ retry_after_s }) =>
    `Too many failed attempts. Try again in ${wait(retry_after_s)}.`,
  sign_in_expired: () => 'The sign-in was not finished in time. Begin again.',
  sign_in_cancelled: () => 'The sign-in was stopped.',
  signed_out: () => 'Your sign-in has ended. Sign in again; nothing is lost.',
  folder_missing: () => 'The project folder is gone. Put it back, or open another one.',
  file_changed: () =>
    'The file was changed by something else since you opened it. Compare before you save.',
  file_missing: () => 'The file is gone.',
  file_too_large: () => 'The file is larger than 1 MiB and cannot be shown here.',
  not_text: () => 'The file is no text.',
  no_permission: () => 'This computer does not let you do that.',
  read_only: () => 'This cannot be changed: it is read-only.',
  disk_full: () => 'The disk is full. What was there before is unharmed.',
  session_missing: () => 'This conversation does not exist any more.',
  session_expired: () =>
    'This conversation has expired. Its messages stay readable; go on in a new one.',
  look_again: () => 'Something changed since the preview. Look again before you approve.',
  no_browser: () => 'No browser could be opened here. Open the address yourself.',
}
