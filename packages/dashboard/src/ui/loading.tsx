import { Center, Loader } from '@mantine/core';

/** For what has no shape yet; lists and forms show skeletons of their final size instead. */
export function Loading() {
  return (
    <Center mih="40vh" role="status" aria-label="Loading">
      <Loader size="sm" />
    </Center>
  );
}
