import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useEffectEvent,
  useMemo,
  useState,
  type ReactNode,
} from 'react';
import { Outlet, useLocation } from 'react-router';

export type Question = {
  /** Names the thing: `Revoke “Shop footer”?` */
  title: string;
  /** The consequence: `Its widgets stop working on the next request.` */
  text: ReactNode;
  /** What the button does: `Revoke`. */
  verb: string;
  /** Has to be typed in before the button works, for what cannot be undone and takes much with it. */
  typed?: string;
};

type Open = { question: Question; answer: (isSure: boolean) => void };

const ConfirmContext = createContext<(question: Question) => Promise<boolean>>(() => Promise.resolve(false));

/** Holds the one dialog that asks before something hurts, around all screens. */
export function Confirmations() {
  const [open, setOpen] = useState<Open>();
  const [isShown, setShown] = useState(false);
  const [typed, setTyped] = useState('');

  const confirm = useCallback(
    (question: Question) =>
      new Promise<boolean>((answer) => {
        setOpen({ question, answer });
        setTyped('');
        setShown(true);
      }),
    [],
  );

  function answer(isSure: boolean): void {
    // The words stay until the dialog has faded.
    setShown(false);
    open?.answer(isSure);
  }

  // A question belongs to the screen that asked it: the back button is a no.
  const { pathname } = useLocation();
  const refuse = useEffectEvent(() => isShown && answer(false));
  useEffect(() => () => void refuse(), [pathname]);

  const needed = open?.question.typed;
  return (
    <ConfirmContext value={confirm}>
      <Outlet />
      <Modal opened={isShown} onClose={() => answer(false)} title={open?.question.title} size="md">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            answer(true);
          }}
        >
          <Stack>
            <Text component="div">{open?.question.text}</Text>
            {needed !== undefined && (
              <TextInput
                label={`Type “${needed}” to confirm`}
                value={typed}
                onChange={(event) => setTyped(event.currentTarget.value)}
                autoComplete="off"
                data-autofocus
              />
            )}
            <Group justify="flex-end">
              <Button
                variant="default"
                onClick={() => answer(false)}
                data-autofocus={needed === undefined || undefined}
              >
                Cancel
              </Button>
              <Button type="submit" color="red" disabled={needed !== undefined && typed !== needed}>
                {open?.question.verb}
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </ConfirmContext>
  );
}

/** `confirm` asks, and resolves with whether the person is sure. */
export function useConfirm(): { confirm: (question: Question) => Promise<boolean> } {
  const confirm = useContext(ConfirmContext);
  return useMemo(() => ({ confirm }), [confirm]);
}
