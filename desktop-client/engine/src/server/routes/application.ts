import {
  type ApplicationState,
  listNotifications,
  maxViewBytes,
  openLink,
  readState,
  readView,
  saveView,
} from '@codelab/contracts/engine-ui/application'
import { changeSettings, readSettings } from '@codelab/contracts/engine-ui/settings'
import { handle, type RouteHandler } from '@codelab/runtime/handle'
import { openLinkOutside } from '../links/open-link.ts'
import type { Notifications } from '../feeds/notifications.ts'
import type { SettingsStore } from '../settings/settings-store.ts'
import type { Views } from '../settings/views.ts'

type Json = Parameters<typeof JSON.stringify>[0]

export const applicationRoutes = (parts: {
  readonly state: () => Promise<ApplicationState>
  readonly settings: SettingsStore
  readonly views: Views
  readonly notifications: Notifications
}): RouteHandler[] => {
  const { state, settings, views, notifications } = parts
  return [
    handle(readState, state),
    handle(readSettings, async () => settings.state()),
    handle(changeSettings, ({ body }) => settings.change(body)),
    handle(readView, async ({ params }) => ({ value: (await views.read(params.key)) as Json })),
    handle(saveView, ({ params, body }) => views.save(params.key, body.value), {
      maxBodyBytes: maxViewBytes + 65_536,
    }),
    handle(openLink, async ({ body }) => ({ opened: await openLinkOutside(body.url) })),
    handle(listNotifications, async () => ({ items: notifications.list() })),
  ]
}
