// One of the processes of account.test.ts: asks for a token and prints it.
import { createAccount } from '@codelab/engine/account/account'
import { createTokenFiles } from '@codelab/engine/account/token-file'

const [server = '', folder = '', refused] = process.argv.slice(2)
const account = createAccount({ server, folder, store: createTokenFiles(folder), now: Date.now })
const tokens = await Promise.all([account.token(refused), account.token(refused)])
process.stdout.write(JSON.stringify(tokens.map(({ value }) => value)))
