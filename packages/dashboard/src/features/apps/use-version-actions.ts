import { useNavigate } from 'react-router';
import { useConfirm } from '../../ui/confirm.tsx';
import { notifyOfError } from '../../ui/error-notice.tsx';
import { notifyOfSuccess } from '../../ui/notify-of-success.ts';
import { useRestoreVersion, useRollBackApp, type App } from './queries.ts';

type VersionActions = {
  /** Puts the version live. */
  rollBack: (version: number) => Promise<void>;
  /** Makes the version the draft, and leads to the editor. */
  restore: (version: number) => Promise<void>;
  isPending: boolean;
};

/** The two ways back to an earlier version, each after a question. */
export function useVersionActions(app: App): VersionActions {
  const rollBack = useRollBackApp(app.slug);
  const restore = useRestoreVersion(app);
  const { confirm } = useConfirm();
  const navigate = useNavigate();
  return {
    isPending: rollBack.isPending || restore.isPending,
    async rollBack(version) {
      const isSure = await confirm({
        title: `Put version ${version} of “${app.name}” live?`,
        text: 'Every page that embeds it gets that version from the next run on. The draft stays as it is.',
        verb: 'Roll back',
      });
      if (!isSure) return;
      rollBack.mutate(version, {
        onSuccess: () => notifyOfSuccess(`Version ${version} is live.`),
        onError: notifyOfError,
      });
    },
    async restore(version) {
      const isSure = await confirm({
        title: `Make version ${version} the draft of “${app.name}”?`,
        text: app.hasDraftChanges
          ? 'What was changed in the draft since it was published is lost. What visitors get stays as it is.'
          : 'What visitors get stays as it is until the draft is published.',
        verb: 'Restore as draft',
      });
      if (!isSure) return;
      restore.mutate(version, {
        onSuccess() {
          notifyOfSuccess(`The draft is version ${version} again.`);
          void navigate(`/apps/${app.slug}`);
        },
        onError: notifyOfError,
      });
    },
  };
}
