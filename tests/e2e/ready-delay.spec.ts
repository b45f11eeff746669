import { changeUser } from './database.ts';
import { expect, signUp, test, walletLine } from './test.ts';

// A real chain's block time.
test.use({ serverEnv: { DEVNET_BLOCK_MS: '600' } });

const ROUNDS = 7;
const LIMIT_MS = 300;
const IN_AN_HOUR_MS = 3_600_000;

test('the delay from READY in the database to the unlocked composer of an open page', async ({
  page,
  server,
}) => {
  test.setTimeout(120_000);
  const { email } = await signUp(page);
  await expect(walletLine(page)).toContainText('100 CHOCO');
  const delays: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    changeUser(server.databaseFile, email, {
      walletStatus: 'FAILED',
      walletAvailableAt: Date.now() + IN_AN_HOUR_MS,
    });
    const streaming = page.waitForResponse('**/api/wallet/events');
    await page.goto('/chat/mir');
    await streaming;
    await expect(page.getByRole('button', { name: '보내기' })).toBeDisabled();
    const unlockedAt = page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          const button = document.querySelector('form:has(textarea) button[type=submit]');
          if (!button) throw new Error('there is no button');
          const observer = new MutationObserver(() => {
            if (button.hasAttribute('disabled')) return;
            observer.disconnect();
            resolve(Date.now());
          });
          observer.observe(button, { attributes: true });
        }),
    );
    // The observer is in place before the wallet's state changes.
    await page.evaluate(() => null);
    const readyAt = Date.now();
    changeUser(server.databaseFile, email, { walletStatus: 'READY', walletAvailableAt: null });
    delays.push((await unlockedAt) - readyAt);
  }
  delays.sort((left, right) => left - right);
  const median = delays[Math.floor(ROUNDS / 2)] ?? 0;
  console.log(`    READY to unlocked: ${median}ms of ${delays.join(', ')} (limit ${LIMIT_MS}ms)`);
  expect(median).toBeLessThanOrEqual(LIMIT_MS);
});
