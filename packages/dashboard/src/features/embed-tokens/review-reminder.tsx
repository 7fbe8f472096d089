import { Alert, Button, Group, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answerOf, api } from '../../api/client.ts';
import { nowMs } from '../../browser-clock.ts';
import { useMay } from '../../session/session.tsx';
import { notifyOfError } from '../../ui/error-notice.tsx';
import { notifyOfSuccess } from '../../ui/notify-of-success.ts';
import { Time } from '../../ui/time.tsx';
import type { Workspace } from '../workspaces/queries.ts';
import { isReviewDue } from './review-due.ts';

/** Once a month: look through the tokens, and revoke what nobody uses. */
export function ReviewReminder({ workspace, hasTokens }: { workspace: Workspace; hasTokens: boolean }) {
  const { id, embedTokensReviewedAt } = workspace;
  const mayReview = useMay()('embed-tokens:write');
  const queries = useQueryClient();
  const review = useMutation({
    mutationFn: async () =>
      answerOf(api.POST('/v1/workspaces/{id}/embed-tokens/reviewed', { params: { path: { id } } })),
    onSuccess(reviewed) {
      queries.setQueryData(['workspaces', id], reviewed);
      notifyOfSuccess('Noted. The next review is due in a month.');
    },
    onError: notifyOfError,
  });
  if (!mayReview || !hasTokens || !isReviewDue(workspace, new Date(nowMs()))) return undefined;
  return (
    <Alert variant="default" title="A review is due" role="status">
      <Group justify="space-between" gap="sm">
        <Text>
          Last reviewed <Time at={embedTokensReviewedAt} />. Look at what is unused, at the origins seen, and revoke
          what nobody needs.
        </Text>
        <Button variant="default" size="xs" onClick={() => review.mutate()} loading={review.isPending}>
          Mark as reviewed
        </Button>
      </Group>
    </Alert>
  );
}
