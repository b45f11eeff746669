import { parentPort } from 'node:worker_threads';

/**
 * Ends its whole process when one piece of work has computed for too long: what turns in a circle
 * gives nobody else in its thread a turn. By what was computed, since others may use the machine.
 */
let started = process.cpuUsage();
let limitMs = Number.POSITIVE_INFINITY;

parentPort?.on('message', (limit: number | null) => {
  started = process.cpuUsage();
  limitMs = limit ?? Number.POSITIVE_INFINITY;
});

setInterval(() => {
  const { user, system } = process.cpuUsage(started);
  if ((user + system) / 1000 > limitMs) process.kill(process.pid, 'SIGKILL');
}, 500);
