import { parentPort } from 'node:worker_threads';

/**
 * Ends the whole process when one piece of work has used too much CPU time: an endless loop blocks its
 * thread. Measured in CPU time, since the machine may be busy.
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
