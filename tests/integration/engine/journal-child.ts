import { openJournal } from '@codelab/engine/conversation/journal'

/** A client process for tests: claims a call, says what the journal answered and waits to be killed, or finishes when told to. */
const [, , folder = '', callId = '', digest = '', outcome] = process.argv
const journal = openJournal(folder)
const answer = await journal.begin(callId, 'write_file', digest)
if (outcome !== undefined && answer === 'new') await journal.finish(callId, { result: outcome })
process.stdout.write(`${answer}\n`)
if (outcome === undefined) setInterval(() => undefined, 1_000)
