import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Checks the page as it is. A soft assertion: the test continues and reports all violations. */
export async function expectNoViolation(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    // Finding a selector for each of the elements that pass takes most of the time.
    .options({ resultTypes: ['violations'] })
    .withTags(RULES)
    // Base UI's focus guards pass the focus on immediately; it never stays on one.
    .exclude('[data-base-ui-focus-guard]')
    // Without it, the result is put together in a further page. Only a foreign frame needs that.
    .setLegacyMode()
    .analyze();
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${what}: ${id} at ${target} ${failureSummary}`),
  );
  expect.soft(found).toEqual([]);
}
