import type { SignInWay } from '@codelab/contracts/engine-ui/account'
import { discover } from './discover.ts'

const grants: readonly (readonly [SignInWay, string])[] = [
  ['browser', 'authorization_code'],
  ['device', 'urn:ietf:params:oauth:grant-type:device_code'],
  ['password', 'password'],
]

/** The ways to sign in that a server offers. Throws a failure for a person when none answers there. */
export async function offerOf(server: string): Promise<SignInWay[]> {
  const { grant_types_supported: offered = [] } = (await discover(server)).serverMetadata()
  return grants.filter(([, grant]) => offered.includes(grant)).map(([way]) => way)
}
