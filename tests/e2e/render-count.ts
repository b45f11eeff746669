import type { Page } from '@playwright/test';

/** The part of a React fiber that is used. */
interface Fiber {
  readonly child: Fiber | null;
  readonly sibling: Fiber | null;
  readonly alternate: Fiber | null;
  readonly flags: number;
  readonly type: unknown;
}

/**
 * Counts the components React renders, like its developer tools. Call it before the page is opened.
 * @returns how many were rendered during `act`
 */
export async function countRenders(
  page: Page,
): Promise<(act: () => Promise<void>) => Promise<number>> {
  await page.addInitScript(() => {
    const PERFORMED_WORK = 1;
    const counted = { renders: 0 };
    const count = (fiber: Fiber | null): void => {
      for (let each = fiber; each; each = each.sibling) {
        const isDrawn = each.alternate !== null && (each.flags & PERFORMED_WORK) !== 0;
        if (isDrawn && typeof each.type !== 'string') counted.renders += 1;
        // A skipped subtree is the same object in both trees.
        if (each.alternate?.child !== each.child) count(each.child);
      }
    };
    const hook = {
      supportsFiber: true,
      inject: () => 1,
      onCommitFiberRoot: (_: number, root: { current: Fiber }) => count(root.current),
      onCommitFiberUnmount: () => {},
      onPostCommitFiberRoot: () => {},
    };
    Object.assign(window, { __REACT_DEVTOOLS_GLOBAL_HOOK__: hook, countedRenders: counted });
  });
  const read = () =>
    page.evaluate(
      () => (window as unknown as { countedRenders: { renders: number } }).countedRenders.renders,
    );
  return async (act) => {
    const before = await read();
    await act();
    return (await read()) - before;
  };
}
