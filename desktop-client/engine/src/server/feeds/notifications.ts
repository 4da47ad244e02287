import type { Notification } from '@codelab/contracts/engine-ui/application'
import { newId } from '../../conversation/new-id.ts'

const mostKept = 100

export type Notifications = {
  add(news: Omit<Notification, 'id' | 'at'>): void
  /** Newest first. */
  list(): Notification[]
}

export function createNotifications(parts: {
  readonly now: () => number
  readonly onNotification: (notification: Notification) => void
}): Notifications {
  let kept: Notification[] = []
  return {
    add: (news) => {
      const notification = { id: newId(), at: new Date(parts.now()).toISOString(), ...news }
      kept = [notification, ...kept].slice(0, mostKept)
      parts.onNotification(notification)
    },
    list: () => kept,
  }
}
