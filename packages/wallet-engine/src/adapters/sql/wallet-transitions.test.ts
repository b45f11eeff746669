import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { leadsTo, startsFrom } from './wallet-transitions.ts';

it('a guard names the statuses that its transitions start from', () => {
  expect(startsFrom(['request'])).toBe('"status" IS NULL');
  expect(startsFrom(['complete'], { table: 'Wallet' })).toBe(`"Wallet"."status" = 'CREATING'`);
  expect(startsFrom(['claim', 'takeOver'])).toBe(`"status" IN ('PENDING', 'FAILED', 'CREATING')`);
  expect(startsFrom(['complete', 'fail'])).toBe(`"status" = 'CREATING'`);
  expect(() => startsFrom(['request', 'claim'])).toThrow('null and a status');
});

it('an assignment writes the status that the transition leads to', () => {
  expect(leadsTo('handBack')).toBe(`"status" = 'PENDING'`);
});

it('every update of a wallet’s status is built from the table', () => {
  const stores = readdirSync(import.meta.dirname).filter((name) => /^sql-[a-z-]+\.ts$/.test(name));
  expect(stores.length).toBeGreaterThan(5);
  for (const name of stores) {
    const source = readFileSync(`${import.meta.dirname}/${name}`, 'utf8');
    expect(source, name).not.toMatch(/UPDATE "Wallet" SET\s+"status" =/);
  }
});
