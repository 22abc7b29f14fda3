/** The bearer tokens, one a role: made once, kept in files of the home for nobody but the owner, compared in constant time. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { constants, link, mkdir, open, unlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Role, TOKEN_FILES } from './role.ts';

const TOKEN_BYTES = 32;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;
const OTHERS = 0o077;
const OWNER_ONLY = 0o600;
const FOLDER_OWNER_ONLY = 0o700;

/** A token file that can not be used; `hint` says what to do. */
export class TokenError extends Error {
  readonly hint: string;
  constructor(message: string, hint: string) {
    super(`${message}; ${hint}`);
    this.name = 'TokenError';
    this.hint = hint;
  }
}

export type Tokens = Readonly<Record<Role, string>>;

export const tokenFile = (home: string, role: Role): string => join(resolve(home), TOKEN_FILES[role]);

/** The tokens of this home; those that are not there yet are made now. */
export async function ensureTokens(home: string): Promise<Tokens> {
  await mkdir(resolve(home), { recursive: true, mode: FOLDER_OWNER_ONLY });
  const operator = (await findToken(home, 'operator')) ?? (await makeToken(home, 'operator'));
  const viewer = (await findToken(home, 'viewer')) ?? (await makeToken(home, 'viewer'));
  if (operator !== viewer) return { operator, viewer };
  // Whoever was given the lesser one would be the operator.
  const [kept, copy] = [tokenFile(home, 'operator'), tokenFile(home, 'viewer')];
  throw new TokenError(`${copy} holds the same token as ${kept}`, `delete ${copy} and start the daemon again; it makes a new one`);
}

/** The token of a role in this home, or nothing when no daemon that knows the role ever ran here. */
export async function findToken(home: string, role: Role): Promise<string | undefined> {
  const path = tokenFile(home, role);
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw unreadable(path, error.code);
  });
  if (file === undefined) return undefined;
  try {
    // Of the open file, not of the name: what is checked is what is read.
    const { mode, uid } = await file.stat();
    checkOwner(path, { mode, uid });
    const text = (await file.readFile('utf8')).trim();
    if (!TOKEN.test(text)) throw new TokenError(`${path} holds no token`, 'delete the file and start the daemon again; it makes a new one');
    return text;
  } finally {
    await file.close();
  }
}

function checkOwner(path: string, { mode, uid }: { mode: number; uid: number }): void {
  if (process.platform === 'win32') return;
  if ((mode & OTHERS) !== 0) {
    const seen = (mode & 0o777).toString(8);
    const remedy = `others may have read it: delete it and start the daemon again, or run "chmod 600 ${path}" if nobody else uses this machine`;
    throw new TokenError(`${path} has mode ${seen}, so others can open it`, remedy);
  }
  if (process.getuid !== undefined && uid !== process.getuid()) {
    throw new TokenError(`${path} belongs to another user (uid ${uid})`, 'run as that user, or delete the file and start the daemon again');
  }
}

function unreadable(path: string, code: string | undefined): TokenError {
  if (code === 'ELOOP')
    return new TokenError(`${path} is a symbolic link`, 'replace it by a file, or delete it and start the daemon again');
  return new TokenError(`${path} can not be read (${code})`, 'run as the user who started the daemon');
}

/** Written beside and linked into place: the file is whole when its name appears, and the first of two writers wins. */
async function makeToken(home: string, role: Role): Promise<string> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const path = tokenFile(home, role);
  const draft = `${path}.${randomBytes(6).toString('hex')}.new`;
  const file = await open(draft, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, OWNER_ONLY);
  try {
    await file.writeFile(`${token}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(draft, path);
    return token;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return (await findToken(home, role)) ?? token;
  } finally {
    await unlink(draft);
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Whose token it is. Compares digests, and always with both, so that neither content, length nor role shows in the time it takes. */
export function roleCheck({ operator, viewer }: Tokens): (claimed: string) => Role | undefined {
  const [operatorDigest, viewerDigest] = [digest(operator), digest(viewer)];
  return (claimed) => {
    const claimedDigest = digest(claimed);
    const isOperator = timingSafeEqual(claimedDigest, operatorDigest);
    const isViewer = timingSafeEqual(claimedDigest, viewerDigest);
    if (isOperator) return 'operator';
    return isViewer ? 'viewer' : undefined;
  };
}

const BEARER = /^Bearer +([^\s]+)$/i;

export const bearerOf = (header: string | undefined): string | undefined => BEARER.exec(header ?? '')?.[1];
