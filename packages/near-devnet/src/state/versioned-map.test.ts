import fc from 'fast-check';
import { expect, test } from 'vitest';
import { VersionedMap } from './versioned-map.ts';

const KEYS = ['a', 'b', 'c', 'd'];

type Step =
  | { type: 'set'; key: string; value: number | undefined }
  | { type: 'attempt'; sets: { key: string; value: number | undefined }[]; succeeds: boolean }
  | { type: 'seal' }
  | { type: 'revert' };

const change = fc.record({
  key: fc.constantFrom(...KEYS),
  value: fc.option(fc.nat(), { nil: undefined }),
});
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  change.map((set) => ({ type: 'set', ...set }) as const),
  fc
    .tuple(fc.array(change), fc.boolean())
    .map(([sets, succeeds]) => ({ type: 'attempt', sets, succeeds }) as const),
  fc.constant({ type: 'seal' } as const),
  fc.constant({ type: 'revert' } as const),
);

test('getAt equals a copy made at each sealed height', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 60 }), (steps) => {
      const map = new VersionedMap<number>();
      let copies: Map<string, number>[] = [new Map()];
      let current = new Map<string, number>();
      const write = (target: Map<string, number>, key: string, value: number | undefined) => {
        if (value === undefined) target.delete(key);
        else target.set(key, value);
      };
      const seal = () => {
        map.seal(copies.length);
        copies.push(new Map(current));
      };
      for (const step of steps) {
        if (step.type === 'set') {
          map.set(step.key, step.value);
          write(current, step.key, step.value);
        } else if (step.type === 'attempt') {
          map.begin();
          const attempted = new Map(current);
          for (const { key, value } of step.sets) {
            map.set(key, value);
            write(attempted, key, value);
          }
          if (step.succeeds) {
            map.commit();
            current = attempted;
          } else {
            map.rollback();
          }
        } else if (step.type === 'seal') {
          seal();
        } else {
          seal();
          map.revert(copies.length - 1);
          copies = copies.slice(0, -1);
          current = new Map(copies.at(-1));
        }
      }
      seal();
      for (const [height, copy] of copies.entries()) {
        for (const key of KEYS) expect(map.getAt(key, height)).toBe(copy.get(key));
      }
    }),
  );
});

test('stores nothing for blocks without writes, and forgets what is pruned', () => {
  const map = new VersionedMap<number>();
  map.set('a', 1);
  map.seal(1);
  for (let height = 2; height < 1000; height++) map.seal(height);
  map.set('a', 2);
  map.seal(1000);
  expect(map.getAt('a', 999)).toBe(1);
  expect(map.changedAt(1000)).toEqual(['a']);
  expect(map.changedAt(500)).toEqual([]);
  map.pruneBefore(1001);
  expect(map.getAt('a', 999)).toBe(2);
});

test('keysAt lists the keys of a height once, removed and added ones included', () => {
  const map = new VersionedMap<number>();
  for (const key of ['x a', 'x b', 'y c']) map.set(key, 1);
  map.seal(1);
  map.set('x a', undefined);
  map.set('x d', 1);
  map.seal(2);
  map.set('x a', 2);
  map.seal(3);
  map.set('x a', undefined);
  map.seal(4);
  const at = (height: number) => [...map.keysAt('x ', height)].sort();
  expect([1, 2, 3, 4].map(at)).toEqual([
    ['x a', 'x b'],
    ['x b', 'x d'],
    ['x a', 'x b', 'x d'],
    ['x b', 'x d'],
  ]);
});
