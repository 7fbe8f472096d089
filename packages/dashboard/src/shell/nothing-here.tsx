import { Button } from '@mantine/core';
import { Link } from 'react-router';
import { EmptyState } from '../ui/empty-state.tsx';

/** For an address that is nobody's. */
export function NothingHere() {
  return (
    <EmptyState
      title="There is nothing at this address"
      text="It was mistyped, or what was here has been deleted."
      action={
        <Button component={Link} to="/">
          Go to the overview
        </Button>
      }
    />
  );
}
