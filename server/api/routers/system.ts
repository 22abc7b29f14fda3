/** How the daemon is, which one it is, and with which settings. */
import { presentHealth } from '../present.ts';
import { configOutput, healthOutput, versionOutput } from '../schemas.ts';
import { guarded, router } from '../trpc.ts';

export const systemRouter = router({
  health: guarded.output(healthOutput).query(({ ctx }) => presentHealth(ctx.desk)),
  version: guarded
    .output(versionOutput)
    .query(({ ctx }) => ({ name: 'insydetradar' as const, version: ctx.desk.version, node: process.version })),
  // Through JSON: the desk's config may hold objects whose toJSON() is what hides a secret.
  config: guarded.output(configOutput).query(({ ctx }) => configOutput.parse(JSON.parse(JSON.stringify(ctx.desk.config())))),
});
