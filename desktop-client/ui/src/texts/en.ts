import { counter } from './plural.ts'
import { problemsEn } from './problems-en.ts'

const count = counter('en')

/** Everything that the page says, in English; the other catalogues have the same shape. */
export const en = {
  language: 'en',
  application: 'CodeLab',
  common: {
    cancel: 'Cancel',
    close: 'Close',
    copy: 'Copy',
    copied: 'Copied',
    retry: 'Try again',
    more: 'More',
    loading: 'Loading…',
    search: 'Search',
  },
  engine: {
    lost: 'The application’s engine does not answer. Trying again…',
    ended: 'The application’s engine has ended. Start CodeLab again.',
  },
  problems: problemsEn,
  palette: {
    open: 'Show all commands',
    placeholder: 'What do you want to do?',
    nothing: 'No command has that name.',
  },
  account: { signOut: 'Sign out' },
  signIn: {
    title: 'Sign in to CodeLab',
    at: (server: string) => `Workspace: ${server}`,
    otherServer: 'Another workspace',
    serverLabel: 'Address of the workspace',
    serverHint: 'For example https://codelab.example.com',
    useServer: 'Use this workspace',
    browser: 'Sign in with the browser',
    device: 'Sign in with a code on another device',
    password: 'Sign in with a password',
    username: 'User name',
    passwordLabel: 'Password',
    signingIn: 'Signing in…',
    askAgain: 'Ask the workspace again',
    confirmInBrowser: 'Finish signing in in the browser window that has opened.',
    confirmCode: 'Open this address on any device and enter the code:',
    openBrowser: 'Open in the browser',
  },
  count: {
    files: (number: number) => count(number, { one: 'file', other: 'files' }),
    tokens: (number: number) => count(number, { one: 'token', other: 'tokens' }),
  },
}
export type Texts = typeof en
