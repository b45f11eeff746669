import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Of the page as it stands; the test goes on, and tells all of them. */
export async function expectNoViolation(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(RULES)
    // Base UI's guards hand the focus on the moment they get it; nobody can stay on one.
    .exclude('[data-base-ui-focus-guard]')
    .analyze();
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${what}: ${id} at ${target} ${failureSummary}`),
  );
  expect.soft(found).toEqual([]);
}
