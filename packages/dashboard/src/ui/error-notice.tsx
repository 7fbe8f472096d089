import { Alert, Button, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { CircleAlert } from 'lucide-react';
import { ApiError } from '../api/client.ts';
import { isRefusal } from '../api/queries.ts';

/** What happened, what to do, and the request id, small. */
export function ErrorNotice({ error, onRetry }: { error: Error; onRetry?: () => void }) {
  return (
    <Alert
      color="red"
      variant="default"
      role="alert"
      icon={<CircleAlert size={20} color="var(--app-bad)" aria-hidden />}
      title={error.message}
    >
      <Stack gap="xs" align="flex-start">
        <ErrorDetails error={error} />
        {onRetry !== undefined && !isRefusal(error) && (
          <Button variant="default" size="xs" onClick={onRetry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

function ErrorDetails({ error }: { error: Error }) {
  if (!(error instanceof ApiError)) return undefined;
  return (
    <>
      {error.hint !== undefined && <Text>{error.hint}</Text>}
      {error.issues.length > 0 && (
        <ul style={{ margin: 0, paddingLeft: 20 }}>
          {error.issues.map(({ path, message }) => (
            <li key={`${path} ${message}`}>
              {path === '' ? '' : `${path}: `}
              {message}
            </li>
          ))}
        </ul>
      )}
      {error.requestId !== undefined && (
        <Text size="xs" c="dimmed">
          Request {error.requestId}
        </Text>
      )}
    </>
  );
}

/** For an action whose place on the screen has no room for a notice. It stays until it is closed. */
export function notifyOfError(error: Error): void {
  notifications.show({
    color: 'red',
    autoClose: false,
    role: 'alert',
    title: error.message,
    message: <ErrorDetails error={error} />,
  });
}
