import type { Page } from '@playwright/test';
import { expectNoViolation } from './axe.ts';
import { changeDatabase } from './database.ts';
import { expect, signUpOverHttp, test } from './test.ts';

test.use({ allowedComplaint: /status of 400/ });

/** A virtual authenticator that always verifies its user. */
async function plugInDevice(page: Page) {
  const client = await page.context().newCDPSession(page);
  await client.send('WebAuthn.enable');
  const { authenticatorId } = await client.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    count: async () =>
      (await client.send('WebAuthn.getCredentials', { authenticatorId })).credentials.length,
    recognise: (isUserVerified: boolean) =>
      client.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
  };
}

const EARLIER = `UPDATE "Session" SET "createdAt" = "createdAt" - 1000
  WHERE "userId" = (SELECT "id" FROM "User" WHERE "email" = :email)`;

test('a passkey is added, logs in, and is removed', async ({ page, server }) => {
  const device = await plugInDevice(page);
  const { email, password } = await signUpOverHttp(page);
  changeDatabase(server.databaseFile, email, EARLIER);
  await page.goto('/account');
  const section = page.getByRole('region', { name: '패스키' });
  const add = section.getByRole('button', { name: '이 기기에 패스키 추가' });
  // No passkey is created before the password is right: the device would keep an unknown one.
  await add.click();
  await expect(section.getByLabel(/지금 비밀번호/)).toHaveAccessibleDescription(/적어 주세요/);
  await section.getByLabel(/지금 비밀번호/).fill('not-the-password');
  await add.click();
  await expect(section.getByLabel(/지금 비밀번호/)).toHaveAccessibleDescription(/맞지 않아요/);
  expect(await device.count()).toBe(0);
  await section.getByLabel(/지금 비밀번호/).fill(password);
  await add.click();
  await expect(section.getByRole('status')).toContainText('패스키를 추가했어요');
  await expect(section.getByRole('listitem')).toHaveCount(1);
  expect(await device.count()).toBe(1);
  // The section is not half covered by the header.
  await page.evaluate(() => window.scrollTo(0, 0));
  await expectNoViolation(page, 'account with a passkey');

  await page.goto('about:blank');
  await page.context().clearCookies();
  await page.goto('/login?to=%2Fwallet%2Fkey');
  await expectNoViolation(page, 'log-in');
  await page.getByRole('button', { name: '패스키 사용하기' }).click();
  await page.waitForURL('**/wallet/key');
  // A recent sign-in is proof enough.
  await expect(page.getByLabel(/지금 비밀번호/)).toHaveCount(0);

  await page.goto('/account');
  await expect(section.getByRole('listitem')).toContainText('마지막 사용');
  await section.getByRole('button', { name: /패스키 지우기/ }).click();
  await expect(section.getByRole('status')).toContainText('패스키를 지웠어요');
  await expect(section.getByRole('listitem')).toHaveCount(0);
  await page.goto('about:blank');
  await page.context().clearCookies();
  await page.goto('/login');
  await page.getByRole('button', { name: '패스키 사용하기' }).click();
  await expect(page.getByRole('alert').first()).toContainText('이 패스키를 쓸 수 없어요');
});

test('a device that does not verify its user cannot log in', async ({ page }) => {
  const device = await plugInDevice(page);
  await signUpOverHttp(page);
  await page.goto('/account');
  await page.getByRole('button', { name: '이 기기에 패스키 추가' }).click();
  await expect(page.getByText('패스키를 추가했어요', { exact: false })).toBeVisible();
  await page.goto('about:blank');
  await page.context().clearCookies();
  await device.recognise(false);
  await page.goto('/login');
  await page.getByRole('button', { name: '패스키 사용하기' }).click();
  await expect(page.getByRole('button', { name: '패스키 사용하기' })).not.toHaveAttribute(
    'aria-disabled',
    'true',
  );
  await expect(page).toHaveURL(/login$/);
});

test.describe('in English', () => {
  test.use({ locale: 'en-GB' });

  test('right after sign-up, a passkey can be added without the password', async ({ page }) => {
    await plugInDevice(page);
    await signUpOverHttp(page);
    await page.goto('/account');
    await page.getByRole('button', { name: 'Add a passkey on this device' }).click();
    await expect(page.getByText('Your passkey was added.', { exact: false })).toBeVisible();
    // The same device already has one: the browser rejects another.
    await page.getByRole('button', { name: 'Add a passkey on this device' }).click();
    await expect(page.getByText('cannot use passkeys', { exact: false })).toBeVisible();
    await expect(page.getByRole('region', { name: 'Passkeys' }).getByRole('listitem')).toHaveCount(
      1,
    );
  });
});
