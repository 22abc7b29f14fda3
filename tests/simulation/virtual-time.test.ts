/** Time of the simulation: who is stopped finds everything due when it goes on. */
import { expect, test } from 'vitest';
import { newOwner, VirtualTime } from './machine/virtual-time.ts';

function stopped() {
  const time = new VirtualTime(0);
  const owner = newOwner('daemon');
  const done: string[] = [];
  const at = (ms: number, what: string, whose = owner) => time.after(ms, () => void done.push(`${what} at ${time.now}`), whose);
  owner.pausedUntil = 100;
  at(10, 'a tick');
  at(20, 'an answer');
  at(120, 'a later tick');
  at(50, 'the end of it', time.world);
  const until = (ms: number): string[] => {
    while (time.step(ms)) {}
    return done.splice(0);
  };
  return { time, owner, until };
}

test('what falls due for one that is stopped waits for its return, in its order', () => {
  const { until } = stopped();
  expect(until(99)).toEqual(['the end of it at 50']);
  expect(until(120)).toEqual(['a tick at 100', 'an answer at 100', 'a later tick at 120']);
});

test('one that was woken before its time went on sleeping over what had fallen due: its timers came when the stop would have ended', () => {
  const { time, owner, until } = stopped();
  until(50);
  time.wake(owner);
  expect(until(120)).toEqual(['a tick at 50', 'an answer at 50', 'a later tick at 120']);
});
