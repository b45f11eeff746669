import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../testing/simulator/world/virtual-clock.ts';
import { createGroupCommit } from './group-commit.ts';

function setUp({
  maxItems = 10,
  commit = async (items: number[]) => items.map((item) => item * 2),
}: {
  maxItems?: number;
  commit?: (items: number[]) => Promise<number[]>;
} = {}) {
  const clock = new VirtualClock();
  const groups: number[][] = [];
  const add = createGroupCommit<number, number>({
    maxItems,
    clock,
    commit: (items) => {
      groups.push(items);
      return commit(items);
    },
  });
  const all = async (adding: Promise<number>[]) => {
    const settled = Promise.allSettled(adding);
    while (await clock.step());
    return settled;
  };
  return { clock, groups, add, all };
}

const values = (settled: PromiseSettledResult<number>[]) =>
  settled.map((each) => (each.status === 'fulfilled' ? each.value : each.reason.message));

describe('a group commit', () => {
  it('writes items that arrive together in one commit, each caller with its own result', async () => {
    const { groups, add, all } = setUp();
    expect(values(await all([1, 2, 3].map(add)))).toEqual([2, 4, 6]);
    expect(groups).toEqual([[1, 2, 3]]);
  });

  it('never writes more at once than the limit, and leaves nothing behind', async () => {
    const { groups, add, all } = setUp({ maxItems: 2 });
    expect(values(await all([1, 2, 3, 4, 5].map(add)))).toEqual([2, 4, 6, 8, 10]);
    expect(groups).toEqual([[1, 2], [3, 4], [5]]);
  });

  it('writes items that arrive during a commit in the next one', async () => {
    let second: Promise<number> | undefined;
    const { groups, add, all } = setUp({
      commit: async (items) => {
        second ??= add(9);
        return items.map((item) => item * 2);
      },
    });
    await all([add(1)]);
    expect(await second).toBe(18);
    expect(groups).toEqual([[1], [9]]);
  });

  it('rejects the whole group with its error, and continues with the next', async () => {
    let commits = 0;
    const { add, all } = setUp({
      maxItems: 2,
      commit: async (items) => {
        commits += 1;
        if (commits === 1) throw new Error('disk full');
        return items;
      },
    });
    expect(values(await all([1, 2, 3].map(add)))).toEqual(['disk full', 'disk full', 3]);
    expect(values(await all([add(4)]))).toEqual([4]);
  });

  it('rejects an item for which the commit returned no result', async () => {
    const { add, all } = setUp({ commit: async ([first]) => (first === undefined ? [] : [first]) });
    const settled = await all([1, 2].map(add));
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });
});
