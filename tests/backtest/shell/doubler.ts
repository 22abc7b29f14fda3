/** A worker thread for the test of the pool: doubles numbers, complains of negative ones, ends at zero. */
import { parentPort, workerData } from 'node:worker_threads';

parentPort?.on('message', (value: number) => {
  if (value === 0) process.exit(3);
  const { factor } = workerData as { factor: number };
  parentPort?.postMessage(value < 0 ? { error: `${value} is negative` } : { answer: value * factor });
});
