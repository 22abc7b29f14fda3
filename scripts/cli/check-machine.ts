/** The doctor's checks of this machine: Node, the home, the sentinel, the port. */
import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Config } from '#config/config.ts';
import { holderOfHome } from '#server/adapters/home-lock.ts';
import { sentinelIsSet, sentinelPath } from '#server/adapters/sentinel.ts';
import { readAnnouncement } from '#server/api/announce.ts';
import { connectDaemon, NoDaemonError } from '#server/api/client.ts';
import { failing, type Row, warning, well } from './check.ts';

const OLDEST_NODE = 24;
const LOW_DISK_BYTES = 500 * 1024 * 1024;
const OTHERS_MAY_LOOK = 0o077;
const HEALTH_TIMEOUT_MS = 2_000;

const healthAnswer = z.object({ status: z.enum(['ok', 'degraded', 'halted']) });

export function nodeCheck(): Row {
  const { node } = process.versions;
  if (Number.parseInt(node, 10) >= OLDEST_NODE) return well('node', `Node ${node}`);
  return failing('node', `Node ${node} is too old`, `call it by "npx tradar" or "npm start"; npm ci brought Node ${OLDEST_NODE}`);
}

export async function homeCheck({ home }: Config): Promise<readonly Row[]> {
  const info = await stat(home).catch(() => undefined);
  if (info === undefined) {
    const parent = await nearestFolder(home);
    if (await isWritable(parent)) return [well('home', `${home} will be made at the first start`)];
    return [failing('home', `${home} is not there, and ${parent} is not writable`, 'make it, or set TRADAR_HOME to another folder')];
  }
  if (!info.isDirectory()) return [failing('home', `${home} is not a folder`, 'set TRADAR_HOME to a folder')];
  if (!(await isWritable(home)))
    return [failing('home', `${home} is not writable`, 'change its owner, or set TRADAR_HOME to another folder')];
  const { bavail, bsize } = await statfs(home);
  if (bavail * bsize < LOW_DISK_BYTES)
    return [warning('home', `${home} has ${Math.floor((bavail * bsize) / 2 ** 20)} MiB left`, 'make room; the journal grows')];
  const isOpen = process.platform !== 'win32' && (info.mode & OTHERS_MAY_LOOK) !== 0;
  return [isOpen ? warning('home', `${home} can be read by others`, `chmod 700 ${home}`) : well('home', home)];
}

const isWritable = (path: string): Promise<boolean> =>
  access(path, constants.W_OK).then(
    () => true,
    () => false,
  );

async function nearestFolder(path: string): Promise<string> {
  const parent = dirname(path);
  const info = await stat(parent).catch(() => undefined);
  return info === undefined && parent !== path ? await nearestFolder(parent) : parent;
}

export async function killSwitchCheck({ home }: Config): Promise<readonly Row[]> {
  if (!sentinelIsSet(home)) return [well('kill switch', 'the sentinel file is not set')];
  const remedy = 'when it is safe again: tradar kill --release --latch N --note "why" --phrase "release LEVEL N"';
  return [warning('kill switch', `${sentinelPath(home)} is set: the daemon starts at halt and stays there`, remedy)];
}

/** Whether the control plane can listen where it is told to, or does already. */
export async function portCheck({ home, api: { host, port, portIsDefault } }: Config): Promise<readonly Row[]> {
  const holder = holderOfHome(home);
  const url = holder === undefined ? undefined : await daemonAt(home);
  if (url !== undefined) return [well('port', `a daemon serves this home at ${url}`)];
  const code = await tryToListen(host, port);
  if (code === undefined) return [well('port', `${host}:${port} is free`)];
  if (code !== 'EADDRINUSE')
    return [failing('port', `can not listen on ${host}:${port} (${code})`, 'choose an address of this machine and a port above 1023')];
  const last = holder === undefined ? undefined : await readAnnouncement(home);
  if (last !== undefined && last !== 'unreadable' && Number(new URL(last.url).port) === port)
    return [well('port', `${host}:${port} is held by this home's own daemon`)];
  const isDaemon = await answersAsDaemon(host, port);
  const taken = `${host}:${port} is taken by ${isDaemon ? 'the daemon of another home' : 'another program'}`;
  if (portIsDefault) return [warning('port', taken, 'the daemon will take another free one and say which')];
  return [failing('port', taken, `${isDaemon ? '' : 'stop it, or '}choose another for this home with TRADAR_API_PORT`)];
}

/** Its health is told to anybody; an answer of another shape is another program's. */
async function answersAsDaemon(host: string, port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://${host}:${port}/health`, { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) });
    return healthAnswer.safeParse(await answer.json()).success;
  } catch {
    return false;
  }
}

async function daemonAt(home: string): Promise<string | undefined> {
  try {
    const daemon = await connectDaemon(home);
    await daemon.close();
    return daemon.announcement.url;
  } catch (error) {
    if (error instanceof NoDaemonError) return undefined;
    throw error;
  }
}

function tryToListen(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
