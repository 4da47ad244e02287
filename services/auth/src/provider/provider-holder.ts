import { Provider } from 'oidc-provider'
import type { KeyRing } from '../keys/key-ring.ts'
import type { Ring } from '../keys/ring.ts'
import { providerConfiguration, type ProviderOptions } from './configuration.ts'
import { passwordParameters, type PasswordContext } from './password-grant.ts'

type Options = ProviderOptions & {
  issuer: string
  keys: Pick<KeyRing, 'current'>
  passwordHandler: (ctx: PasswordContext) => Promise<void>
  /** Called for each provider that is made, to listen to its events. */
  observe: (provider: Provider) => void
}

export type ProviderHolder = { current(): Provider }

/**
 * The provider of the moment. oidc-provider takes its keys at construction, so a change of keys makes a new provider; all state
 * is in the database, and requests under way finish on the old one.
 */
export function createProviderHolder(options: Options): ProviderHolder {
  const build = (ring: Ring): Provider => {
    const provider = new Provider(options.issuer, providerConfiguration(options, ring))
    provider.proxy = true
    if (options.passwordGrant) {
      provider.registerGrantType('password', options.passwordHandler, passwordParameters)
    }
    options.observe(provider)
    return provider
  }

  let ring: Ring | undefined
  let provider: Provider | undefined
  const sameKeys = (a: Ring, b: Ring) =>
    a.keys.map(({ kid }) => kid).join() === b.keys.map(({ kid }) => kid).join()

  return {
    current() {
      const now = options.keys.current()
      if (!provider || !ring || (now !== ring && !sameKeys(now, ring))) provider = build(now)
      ring = now
      return provider
    },
  }
}
