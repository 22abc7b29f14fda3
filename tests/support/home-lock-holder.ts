/** A child process for tests: takes the lock of the home it is given, says so, and holds it until it is killed or disconnected. */
import { takeHomeLock } from '#server/adapters/home-lock.ts';

const lease = takeHomeLock(process.argv[2] ?? '');
process.on('disconnect', () => void lease.release());
process.send?.({ fence: lease.fence });
