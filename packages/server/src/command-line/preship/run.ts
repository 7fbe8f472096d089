import type { Api } from '../api.ts';
import { createPaint } from '../paint.ts';
import { CommandError, exitStatus, type ExitStatus, type Surroundings } from '../surroundings.ts';
import { isolatedFrame } from './isolated-frame.ts';
import { limitedMinting } from './limited-minting.ts';
import { noSecretInTheBrowser } from './no-secret-in-the-browser.ts';
import type { Finding, Point } from './point.ts';
import { printReport, type PointReport } from './report.ts';
import { scopedAndRevocable } from './scoped-and-revocable.ts';
import { signedShortSessions } from './signed-short-sessions.ts';
import { onStage, type Stage } from './stage.ts';
import { workspaceFromTheToken } from './workspace-from-the-token.ts';

/** The six, in the order in which they are told. */
const points: readonly Point[] = [
  noSecretInTheBrowser,
  scopedAndRevocable,
  signedShortSessions,
  limitedMinting,
  isolatedFrame,
  workspaceFromTheToken,
];

/**
 * `microapp preship`: does to a running server what the six points are about, on workspaces of its own, and takes those
 * away again. All six must hold.
 */
export async function runPreship(
  surroundings: Surroundings,
  api: Api,
  { json }: { json: boolean },
): Promise<ExitStatus> {
  const { random, print, complain, isColored } = surroundings;
  const { result, leftBehind } = await onStage({ api, random }, checkAll);
  const holds = result.every(({ problems }) => problems.length === 0);
  print(
    json ? `${JSON.stringify({ holds, points: result, leftBehind })}\n` : printReport(result, createPaint(isColored)),
  );
  if (leftBehind.length > 0) complain(`microapp: not taken away: ${leftBehind.join(', ')}. Delete them yourself.\n`);
  return holds && leftBehind.length === 0 ? exitStatus.good : exitStatus.bad;
}

async function checkAll(stage: Stage): Promise<PointReport[]> {
  const findings = new Map<Point, Finding>();
  // Exhausting the limit comes last: it could refuse the visits of the others.
  const inOrder = [...points.filter((point) => point !== limitedMinting), limitedMinting];
  for (const point of inOrder) findings.set(point, await look(point, stage));
  return points.map((point, index) => {
    const { seen, problems } = findings.get(point) ?? { seen: '', problems: ['It was not looked at.'] };
    return {
      number: index + 1,
      title: point.title,
      holds: problems.length === 0,
      seen,
      problems,
      remedy: point.remedy,
    };
  });
}

/** A server that does not answer as it should has not shown that the point holds. */
async function look(point: Point, stage: Stage): Promise<Finding> {
  try {
    return await point.check(stage);
  } catch (error) {
    if (error instanceof CommandError && !stage.api.isInterrupted()) return { seen: '', problems: [error.message] };
    throw error;
  }
}
