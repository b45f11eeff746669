// Replaces `vitest` where the same test files run hundreds of times in one process. It has only what
// the engine's tests use.
import { performance } from 'node:perf_hooks';
import * as vitest from 'vitest';

export const { expect, vi } = vitest;

type Work = () => unknown;

interface Suite {
  parent: Suite | null;
  beforeAll: Work[];
  afterAll: Work[];
  beforeEach: Work[];
  afterEach: Work[];
  tests: { name: string; work: Work; timeoutMs: number }[];
  suites: Suite[];
}

const newSuite = (parent: Suite | null): Suite => ({
  parent,
  beforeAll: [],
  afterAll: [],
  beforeEach: [],
  afterEach: [],
  tests: [],
  suites: [],
});

let current = newSuite(null);

function addSuite(_name: string, define: () => unknown): void {
  const suite = newSuite(current);
  current.suites.push(suite);
  current = suite;
  try {
    define();
  } finally {
    current = suite.parent ?? suite;
  }
}

const addTest = (name: string, work: Work) => {
  current.tests.push({ name, work, timeoutMs: 0 });
};

const each =
  (define: typeof addTest) =>
  (rows: Iterable<unknown>) =>
  (name: string, work: (...row: unknown[]) => unknown) => {
    for (const row of rows) define(name, () => work(...(Array.isArray(row) ? row : [row])));
  };

export const describe = Object.assign(addSuite, { each: each(addSuite) });
export const it = Object.assign(addTest, { each: each(addTest) });
export const test = Object.assign(addTest, { each: each(addTest) });

export const beforeAll = (work: Work) => void current.beforeAll.push(work);
export const afterAll = (work: Work) => void current.afterAll.push(work);
export const beforeEach = (work: Work) => void current.beforeEach.push(work);
export const afterEach = (work: Work) => void current.afterEach.push(work);

/**
 * Imports a test file and runs what it defines, up to the first failure.
 * @returns the name of the test that failed and why; null when all pass
 */
export async function runTestFile(url: string, testTimeoutMs: number): Promise<string | null> {
  current = newSuite(null);
  const root = current;
  try {
    await import(url);
    await runSuite(root, testTimeoutMs);
    return null;
  } catch (error) {
    if (error instanceof TestFailure) return error.message;
    return `while it was loaded: ${error instanceof Error ? error.message : error}`;
  }
}

class TestFailure extends Error {}

async function runSuite(suite: Suite, testTimeoutMs: number): Promise<void> {
  for (const work of suite.beforeAll) await work();
  try {
    for (const { name, work } of suite.tests) {
      try {
        await within(testTimeoutMs, () => runTest(suite, work));
      } catch (error) {
        throw new TestFailure(`${name}: ${error instanceof Error ? error.message : error}`);
      }
    }
    for (const child of suite.suites) await runSuite(child, testTimeoutMs);
  } finally {
    for (const work of suite.afterAll) await work();
  }
}

async function runTest(suite: Suite, work: Work): Promise<void> {
  const around: Suite[] = [];
  for (let each: Suite | null = suite; each; each = each.parent) around.unshift(each);
  const cleanups: unknown[] = [];
  try {
    for (const { beforeEach: before } of around) {
      for (const prepare of before) cleanups.push(await prepare());
    }
    await work();
  } finally {
    for (const { afterEach: after } of around.toReversed())
      for (const clean of after) await clean();
    for (const clean of cleanups) if (typeof clean === 'function') await clean();
  }
}

/**
 * Ends work that runs too long or waits for nothing. Measured in CPU time, not wall-clock time: on a
 * busy machine everything takes many times as long.
 */
async function within(limitMs: number, work: () => Promise<void>): Promise<void> {
  const started = process.cpuUsage();
  let seen = performance.eventLoopUtilization();
  let idleChecks = 0;
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setInterval(() => {
      const { user, system } = process.cpuUsage(started);
      if ((user + system) / 1000 > limitMs) reject(new Error('it takes too long'));
      const { utilization } = performance.eventLoopUtilization(seen);
      seen = performance.eventLoopUtilization();
      idleChecks = utilization < idleUtilization ? idleChecks + 1 : 0;
      if (idleChecks >= idleChecksAllowed) reject(new Error('it waits for nothing'));
    }, checkEveryMs);
  });
  try {
    await Promise.race([work(), limit]);
  } finally {
    clearInterval(timer);
  }
}

const checkEveryMs = 200;
const idleUtilization = 0.02;
/** Longer than any test waits for a real server. */
const idleChecksAllowed = 15;
