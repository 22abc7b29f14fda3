/** `tradar migrate`: brings the database to this version's tables. A start does the same; this is for doing it beforehand. */
import { makeHome } from '#server/adapters/home.ts';
import { CONFIG_FLAGS, EXIT, type Verb } from './cli/verb.ts';

export const migrate: Verb = {
  name: 'migrate',
  summary: "Brings the database to this version's tables, under a lock, each migration once.",
  flags: CONFIG_FLAGS,
  notes: ['The database is the SQLite file in the home, or what DATABASE_URL names. "tradar start" does the same before it trades.'],
  async run(call) {
    const { readConfig } = await import('./cli/configured.ts');
    const { config } = readConfig(call);
    makeHome(config.home);
    const { openDatabase } = await import('#server/adapters/store/open.ts');
    const { driver, migrated } = await openDatabase(config.databaseUrl?.reveal(), config.home);
    const { dialect, where } = driver;
    await driver.close();
    const done = migrated.length === 0 ? 'nothing to do' : `applied ${migrated.join(', ')}`;
    call.print(call.json ? JSON.stringify({ dialect, where, applied: migrated }) : `${dialect} at ${where}: ${done}`);
    return EXIT.done;
  },
};
