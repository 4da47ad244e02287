const count = (number: number, one: string, many: string) =>
  `${number} ${number === 1 ? one : many}`

/** Everything that the terminal client says, in English; the other catalogues have the same shape. */
export const en = {
  help: {
    program: 'An AI coding assistant that works in your project folder, with your approval.',
    project: 'project folder (default: the current one)',
    server: 'address of the CodeLab server',
    login: 'sign in to a CodeLab server',
    loginBrowser: 'in the web browser (default)',
    loginDevice: 'with a code that you confirm on any device',
    loginUser: 'with a user name and a password',
    loginPasswordStdin: 'read the password from standard input, one line',
    logout: 'sign out, at the server too',
    chat: 'talk in the terminal',
    run: 'one question or task, then end',
    runJson: 'print every frame as a line of JSON on standard output, and nothing else',
    runApprove: 'what to do when the assistant needs your approval',
    runTimeout: 'give up after this many seconds',
    session: 'continue this session',
    here: 'from now on, run the tools of this session in this project folder',
    model: 'the model to use',
    sessions: 'your sessions',
    sessionsList: 'list them, latest first',
    sessionsAll: 'the archived ones too',
    sessionsRename: 'give a session another title',
    sessionsArchive: 'put a session away (--undo: take it out again)',
    sessionsDelete: 'delete a session and its messages for ever',
    approvals: 'tool calls that wait for your decision',
    approvalsList: 'list them, oldest first',
    approvalsApprove: 'approve one',
    approvalsReject: 'reject one',
    approvalsReason: 'tell the assistant why',
    approvalsEdit: 'change its arguments in your editor, then approve',
    undo: 'take back what a tool changed in this project (the latest change, or a session’s)',
    undoList: 'list the changes, the latest first',
    undoChange: 'this change instead of the latest',
    whoami: 'who is signed in, and where',
    json: 'print JSON',
    examples: `
Examples:
  codelab login --server https://codelab.example.com
  codelab chat
  codelab run "What does src/main.ts do?"
  codelab run --approve=never --json "List the TODO comments" | jq .

Exit codes: 0 done · 1 the turn failed · 2 wrong usage · 3 not signed in · 4 no connection
            5 an approval is needed or was refused · 6 cancelled · 7 timed out`,
  },
  login: {
    opening: (address: string) =>
      `Opening your browser. If nothing happens, open this address:\n\n  ${address}\n`,
    openThis: (address: string) =>
      `Open this address in a browser on this machine:\n\n  ${address}\n`,
    waiting: 'Waiting for you to sign in there (Ctrl-C gives up) …',
    device: (address: string, code: string) =>
      `Open this address on any device:\n\n  ${address}\n\nand enter the code:  ${code}\n`,
    doneTitle: 'You are signed in',
    doneText: 'You can close this window and go back to the terminal.',
    refusedTitle: 'This sign-in did not work',
    refusedText: 'Go back to the terminal and start it again. You can close this window.',
    done: (who: string, server: string) => `Signed in at ${server} as ${who}.`,
    passwordNeedsStdin:
      'A password is read from standard input only: add --password-stdin and pipe it in.',
    passwordMissing: 'Standard input held no password.',
    oneWay: 'Choose one of --browser, --device and --user.',
  },
  logout: {
    done: (server: string) => `Signed out from ${server}.`,
    notTold: (server: string) =>
      `Signed out on this machine. ${server} could not be told; its token ends by itself.`,
  },
  whoami: { line: (who: string, server: string) => `${who} at ${server}`, roles: 'roles' },
  sessions: {
    none: 'No sessions yet. Start one with: codelab chat',
    untitled: '(no title)',
    waiting: (number: number) => count(number, 'approval waits', 'approvals wait'),
    archived: 'archived',
    renamed: 'Renamed.',
    putAway: 'Archived.',
    takenOut: 'Taken out of the archive.',
    deleted: 'Deleted.',
    reallyDelete: (title: string) => `Delete "${title}" and its messages for ever? [y/N] `,
    deleteNeedsYes: 'Nothing was deleted. Confirm with --yes.',
    kept: 'Nothing was deleted.',
    yes: 'do not ask',
  },
  approvals: {
    none: 'Nothing waits for your decision.',
    unknown: (id: string) =>
      `No call ${id} waits for a decision. List them with: codelab approvals`,
    approved: (session: string) =>
      `Approved. It runs where that session is open; if that is nowhere: codelab chat --session ${session}`,
    rejected: 'Rejected.',
    late: 'Somebody else decided this first, or it has ended.',
    unchanged: 'Nothing was changed, so nothing was decided.',
  },
  undo: {
    none: 'There is nothing to take back.',
    unknown: (id: string) => `There is no change ${id} here. List them with: codelab undo --list`,
    isUndone: 'taken back',
    did: {
      made: (path: string) => `made ${path}`,
      changed: (path: string) => `changed ${path}`,
      folder: (path: string) => `made the folder ${path}`,
      moved: (from: string, to: string) => `moved ${from} to ${to}`,
      deleted: (path: string) => `deleted ${path}`,
    },
    really: (what: string) => `Take back: ${what}? [y/N] `,
    needsYes: 'Nothing was taken back. Confirm with --yes.',
    kept: 'Nothing was taken back.',
    done: (what: string) => `Taken back: ${what}.`,
    refused: (id: string, why: string) => `Nothing was taken back: ${why} (${id})`,
    difference: 'What is there now, and what would be put back:',
  },
  chat: {
    welcome: (server: string, folder: string) => `CodeLab at ${server}, working in ${folder}`,
    sessionIs: (id: string) => `Session ${id}`,
    hint: 'Ask anything. Ctrl-C stops an answer, Ctrl-D leaves, /help shows more.',
    help: '/model NAME  use another model    /models  list them    /new  start another session    /quit  leave',
    viewer:
      'This session works in another folder: here you can talk and decide, its tools run there. (--here moves it here.)',
    modelIs: (model: string) => `From now on: ${model}`,
    models: 'Models',
    unknownCommand: (command: string) => `There is no ${command}. /help shows what there is.`,
    again: 'Press Ctrl-C again to leave.',
    bye: (id: string) => `Come back with: codelab chat --session ${id}`,
    expired: 'That session had rested too long and has ended; here is a new one.',
    needsTerminal: 'chat needs a terminal. For scripts use: codelab run "…"',
    you: 'you',
  },
  turn: {
    thinking: 'thinking',
    running: (tool: string) => `running ${tool}`,
    waitingElsewhere: 'waiting for a tool on another machine',
    waitingApproval: 'waiting for an approval',
    connecting: 'connecting',
    reconnecting: (seconds: number, reason: string) => `${reason}; next try in ${seconds} s`,
    cancelling: 'Stopping. Press Ctrl-C again to leave at once.',
    cancelled: 'Stopped.',
    discarded: 'The answer broke off; here is a new attempt.',
    stepLimit:
      'The assistant stopped: it used up its steps for one answer. Say "go on" to continue.',
    length: 'The answer reached the longest length that the model allows.',
    failed: 'The turn failed.',
    timedOut: (seconds: number) => `No end after ${seconds} s: stopped.`,
    reset: 'Some of what happened meanwhile is no longer kept; the messages are complete.',
    outcome: {
      executed: 'done',
      failed: 'failed',
      rejected: 'rejected',
      cancelled: 'cancelled',
      expired: 'expired',
      unknown: 'unknown whether it happened',
    },
  },
  approve: {
    title: 'The assistant asks for your approval',
    command: 'run this program',
    inFolder: (folder: string) => `in ${folder}`,
    remove: 'move to the trash',
    create: 'make the folder',
    move: (from: string, to: string) => `move ${from} to ${to}`,
    write: 'write',
    edit: 'change',
    other: 'run',
    newFile: 'new file',
    noChange: 'nothing would change',
    replaces: (what: string) => `replaces ${what} that cannot be shown`,
    existing: (what: string) => `there is already: ${what}`,
    commandAt: (folder: string, seconds: number) => `in ${folder}, at most ${seconds} s`,
    sandboxed: (network: boolean) =>
      `in a sandbox: it can change this project only${network ? '' : ', without network'}`,
    notSandboxed: (reason: string) =>
      `without a sandbox (${reason}): it can do whatever you can, everywhere on this machine`,
    sandboxMissing: (reason: string) =>
      `it would not be started: ${reason}, and you want a sandbox`,
    thing: {
      absent: 'nothing',
      file: (size: number) => `a file of ${count(size, 'byte', 'bytes')}`,
      folder: (entries: number) => `a folder with ${count(entries, 'entry', 'entries')}`,
      link: (target: string) => `a link to ${target}`,
      special: 'something that is neither file nor folder',
    },
    warnings: {
      control_characters: 'It holds control characters.',
      hidden_characters: 'It holds invisible or direction-changing characters.',
      inside_git: "It touches git's own files.",
      runs_later: 'Other programs read this file and act on it, often without asking.',
      always_asks:
        'Such files always need your approval: other programs obey them, or they hold secrets.',
      through_link: 'It goes through a link.',
      outside_risk: 'It names places outside the project folder.',
    },
    hidden: 'Careful: it holds invisible or direction-changing characters, shown here as \\u{…}.',
    reason: (reason: string) => `Rule: ${reason}`,
    expires: (when: string) => `Waits until ${when}`,
    previewFailed: (message: string) => `What it would change cannot be shown: ${message}`,
    keys: '[a]pprove   [e]dit   [r]eject   approve for this [s]ession ? ',
    keysOnce: '[a]pprove   [e]dit   [r]eject ? ',
    keysEdited: '[a]pprove as edited   [e]dit again   [r]eject ? ',
    chosen: {
      approve: 'approve',
      edit: 'edit',
      reject: 'reject',
      session: 'approve for this session',
    },
    why: 'Why? (for the assistant; Enter for no reason) ',
    elsewhere: 'Decided elsewhere or ended meanwhile.',
    late: 'Somebody else decided this first.',
    invalid: (message: string) => `These arguments are not valid: ${message}`,
    refused: (message: string) => `The server did not accept this: ${message}`,
    unchanged: 'Nothing was changed.',
    noEditor: (editor: string) =>
      `The editor "${editor}" could not be started. Set EDITOR to one that exists.`,
    needed: (tool: string, id: string) =>
      `${tool} needs your approval, and nobody can be asked here. It stays open: codelab approvals approve ${id} (or: --approve=all | never)`,
    alwaysAsks: (path: string) =>
      `${path} is one of the files that always need your approval; --approve=all does not cover them.`,
    never: 'Not allowed: this run was started with --approve=never.',
    refusedNote: (tool: string) => `${tool} was refused (--approve=never).`,
  },
  failure: {
    prefix: 'codelab',
    unexpected: (message: string) =>
      `Something unexpected happened: ${message}. CODELAB_DEBUG=1 shows more.`,
    noFolder: (folder: string) => `There is no folder ${folder}. Choose one with --project.`,
    cancelled: 'Cancelled.',
  },
}

export type Texts = typeof en
