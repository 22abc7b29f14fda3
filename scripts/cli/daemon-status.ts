/** How a running daemon stands: the answer of `tradar status --json`. */
import type { Daemon } from '#server/api/client.ts';

export type DaemonStatus = Awaited<ReturnType<typeof readStatus>>;

export async function readStatus({ trpc, announcement }: Daemon) {
  const [account, health, latch, positions] = await Promise.all([
    trpc.account.get.query(),
    trpc.system.health.query(),
    trpc.killSwitch.state.query(),
    allPositions(trpc),
  ]);
  const { at, seq: _, ...figures } = account;
  return {
    ...figures,
    marketTime: at,
    health: health.status,
    journal: health.journal,
    streams: health.streams,
    killSwitch: latch,
    pid: announcement.pid,
    url: announcement.url,
    version: health.version,
    startedAt: health.startedAt,
    positions,
  };
}

async function allPositions(trpc: Daemon['trpc']) {
  const items = [];
  let cursor: string | undefined;
  do {
    const page = await trpc.positions.list.query({ limit: 100, ...(cursor === undefined ? {} : { cursor }) });
    items.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return items;
}
