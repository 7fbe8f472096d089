import { SignedIn, useMay } from '../session/session.tsx';
import { AccountMenu } from './account-menu.tsx';
import { Layout } from './layout.tsx';
import { placesFor } from './navigation.ts';

/** The owner's dashboard around its screens: its session, its places, its account. */
export function Frame() {
  return (
    <SignedIn>
      <FrameOfSession />
    </SignedIn>
  );
}

function FrameOfSession() {
  return <Layout home="/" places={placesFor(useMay())} account={<AccountMenu />} />;
}
