import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { UsersRound } from 'lucide-react';
import type { ReactNode } from 'react';
import { answerOf, api } from '../../api/client.ts';
import { useSession } from '../../session/session.tsx';
import { Time } from '../../ui/time.tsx';
import { ChangeList } from './change-list.tsx';
import type { Change } from './kinds/app-kind.ts';
import type { App } from './queries.ts';

type OtherDraftProps = { app: App; onLoadTheirs: () => void; onKeepMine: () => void };

/** That the draft was saved by somebody else while one was at it, and the two ways on. Neither loses a word unasked. */
export function OtherDraft({ app, onLoadTheirs, onKeepMine }: OtherDraftProps) {
  return (
    <SavedByAnother
      app={app}
      consequence="Yours is not saved. Keep it, and your next save replaces theirs; load theirs, and yours stays at hand until you leave."
    >
      <Group gap="xs">
        <Button variant="default" size="xs" onClick={onLoadTheirs}>
          Load theirs
        </Button>
        <Button variant="default" size="xs" onClick={onKeepMine}>
          Keep mine
        </Button>
      </Group>
    </SavedByAnother>
  );
}

type DraftNotPublishedProps = {
  app: App;
  /** From the draft that was to be published to the one there is. */
  changes: readonly Change[];
  isPublishing: boolean;
  onPublishTheirs: () => void;
  onKeepMine: () => void;
};

/** That the draft which was to be published is another by now: what it says, and the two ways on. */
export function DraftNotPublished(props: DraftNotPublishedProps) {
  const { app, changes, isPublishing, onPublishTheirs, onKeepMine } = props;
  return (
    <SavedByAnother
      app={app}
      consequence="Nothing is published. Theirs is in the editor now; this is what they changed:"
    >
      <ChangeList changes={changes} />
      <Group gap="xs">
        <Button variant="default" size="xs" onClick={onPublishTheirs} loading={isPublishing}>
          Publish theirs
        </Button>
        <Button variant="default" size="xs" onClick={onKeepMine} disabled={isPublishing}>
          Back to mine
        </Button>
      </Group>
    </SavedByAnother>
  );
}

type SavedByAnotherProps = { app: App; consequence: string; children: ReactNode };

function SavedByAnother({ app, consequence, children }: SavedByAnotherProps) {
  const saved = useLastSave(app);
  return (
    <Alert
      variant="default"
      role="alert"
      icon={<UsersRound size={20} color="var(--app-warn)" aria-hidden />}
      title={`${saved?.who ?? 'Somebody'} saved another draft meanwhile`}
    >
      <Stack gap="xs" align="flex-start">
        <Text>
          {saved !== undefined && (
            <>
              That was <Time at={saved.at} />.{' '}
            </>
          )}
          {consequence}
        </Text>
        {children}
      </Stack>
    </Alert>
  );
}

/** After the other draft was loaded: the way back to what was typed here. */
export function OwnDraftSetAside({ onTakeBack, onForget }: { onTakeBack: () => void; onForget: () => void }) {
  return (
    <Alert variant="default" role="status" title="Their draft is loaded">
      <Group gap="xs">
        <Text>Yours is at hand until you leave.</Text>
        <Button variant="default" size="xs" onClick={onTakeBack}>
          Back to mine
        </Button>
        <Button variant="default" size="xs" onClick={onForget}>
          Discard mine
        </Button>
      </Group>
    </Alert>
  );
}

/** Who saved the draft last, as the audit trail has it; undefined until that is known, or where it cannot be. */
function useLastSave({ id, draftTag }: App): { who: string; at: string } | undefined {
  const { me } = useSession();
  const { data } = useQuery({
    queryKey: ['audit', 'last-save', id, draftTag],
    async queryFn() {
      const query = { targetId: id, event: 'app.changed', limit: '20' };
      const [trail, members] = await Promise.all([
        answerOf(api.GET('/v1/audit', { params: { query } })),
        answerOf(api.GET('/v1/members', { params: { query: { limit: '200' } } })),
      ]);
      const last = trail.data.find(
        ({ detail }) => Array.isArray(detail['fields']) && detail['fields'].includes('spec'),
      );
      return last && { ...last, name: members.data.find((member) => member.id === last.actorId)?.name };
    },
    staleTime: Infinity,
  });
  if (data === undefined) return undefined;
  const isMe = data.actorClass === me.class && data.actorId === me.credentialId;
  // A key is nobody in particular: another tab of one's own, a colleague with the same key, or a program.
  if (data.actorClass === 'owner_key')
    return { who: isMe ? 'Somebody with your owner key' : 'An owner key', at: data.at };
  return { who: isMe ? 'You, elsewhere,' : (data.name ?? 'A colleague'), at: data.at };
}
