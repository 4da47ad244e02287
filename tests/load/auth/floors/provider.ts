import { Provider } from 'oidc-provider'
import { audienceOf } from '@codelab/contracts/auth'
import { makeSigningKey } from '@codelab/auth/keys/make-key'
import { createFingerprint, createSeal } from '@codelab/auth/keys/seal'
import { accountOf } from '@codelab/auth/provider/account'
import { createAdapterFactory } from '@codelab/auth/provider/adapter'
import { providerConfiguration, routes } from '@codelab/auth/provider/configuration'
import { createPasswordGrant, passwordParameters } from '@codelab/auth/provider/password-grant'
import { workspaceResource } from '@codelab/auth/provider/resource'
import { createDevicePages } from '@codelab/auth/sign-in/device-pages'
import { createRecords } from '@codelab/auth/store/records'
import { createLog } from '@codelab/runtime/log'
import { createPool } from '@codelab/runtime/postgres'

/** oidc-provider as it comes, with our configuration and our storage: nobody guards, logs, counts, audits or caches, and any password opens. */
const [port, url, workspace, key] = process.argv.slice(2) as [string, string, string, string]
const resource = workspaceResource(audienceOf(workspace), 900)
const log = createLog({ service: 'bare-provider', level: 'warn' })
const secret = Buffer.from(key, 'hex')
const user = { id: 'bench-user', name: 'bench', roles: ['user'], disabled: false }
const now = new Date()
const signing = { ...(await makeSigningKey()), createdAt: now, activatesAt: now }

const provider = new Provider(
  `http://127.0.0.1:${port}`,
  providerConfiguration(
    {
      adapter: createAdapterFactory({
        records: createRecords(createPool({ url, log, applicationName: 'bare-provider' })),
        fingerprint: createFingerprint(secret, 'fingerprint'),
        seal: createSeal(secret, 'records'),
      }),
      cookieKeys: [key],
      resource,
      passwordGrant: true,
      refreshTokenSeconds: 86_400,
      accessTokenSeconds: 900,
      findAccount: async () => accountOf(user),
      devicePages: createDevicePages({
        action: routes.code_verification,
        missed: () => undefined,
      }),
      renderError: () => undefined,
    },
    { keys: [signing], nextChange: undefined },
  ),
)
provider.registerGrantType(
  'password',
  createPasswordGrant({ signIn: async () => user, resource, now: Date.now }),
  passwordParameters,
)
provider.listen(Number(port), '127.0.0.1')
