import { notifications } from '@mantine/notifications';

/** Says that something is done, and goes away by itself. */
export function notifyOfSuccess(message: string): void {
  notifications.show({ message, color: 'green', role: 'status' });
}
