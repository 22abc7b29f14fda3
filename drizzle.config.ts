/** `npm run db:generate`: writes the migrations of both dialects from the one schema. */
import { defineConfig } from 'drizzle-kit';

const dialect = process.env['DIALECT'] === 'mysql' ? 'mysql' : 'sqlite';

export default defineConfig({
  dialect,
  schema: `./drizzle/schema.${dialect}.ts`,
  out: `./drizzle/migrations/${dialect}`,
  casing: 'snake_case',
});
