/** What a DATABASE_URL may look like, and how it is told without its password. */
import { StoreError } from './error.ts';

const SCHEMES = /^(mysql|mariadb|tidb):$/;
const REMEDY = 'write DATABASE_URL as mysql://user:password@host:3306/name, with %40 for @, %2F for / and %23 for # in the password';

/** "mysql://host:3306/name": without user and password. */
export function placeOf(url: string): string {
  // The parser's own error carries the URL, and with it the password: it is not passed on.
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  // After an unescaped # or / in a password, what looks like the host is a part of it.
  if (parsed === undefined || parsed.hash !== '' || parsed.pathname.includes('@'))
    throw new StoreError('the database URL can not be read', 'DATABASE_URL', REMEDY);
  const { protocol, host, pathname } = parsed;
  if (!SCHEMES.test(protocol)) throw new StoreError(`the database URL begins with ${protocol}`, 'DATABASE_URL', REMEDY);
  if (host === '' || pathname.length < 2) throw new StoreError('the database URL names no host or no database', 'DATABASE_URL', REMEDY);
  return `mysql://${host}${pathname}`;
}
