import type { Clock } from './clock.ts';

/**
 * Writes items that arrive at about the same time in one commit: a durable commit costs a disk flush,
 * whatever it holds. Each caller gets its own result, or the error of its commit.
 */
export function createGroupCommit<Item, Result>({
  commit,
  maxItems,
  clock,
}: {
  /** @returns one result an item, in order */
  commit: (items: Item[]) => Promise<Result[]>;
  maxItems: number;
  clock: Pick<Clock, 'sleep'>;
}): (item: Item) => Promise<Result> {
  type Entry = {
    item: Item;
    resolve: (result: Result) => void;
    reject: (error: unknown) => void;
  };
  let waiting: Entry[] = [];
  let running = false;

  const run = async () => {
    running = true;
    while (waiting.length > 0) {
      // One turn of the event loop, so that answers which arrive together are written together.
      await clock.sleep(0);
      const group = waiting.slice(0, maxItems);
      waiting = waiting.slice(maxItems);
      try {
        const results = await commit(group.map(({ item }) => item));
        group.forEach(({ resolve, reject }, index) => {
          const result = results[index];
          if (index < results.length) resolve(result as Result);
          else reject(new Error('the commit gave fewer results than it had items'));
        });
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    running = false;
  };

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!running) void run();
    });
}
