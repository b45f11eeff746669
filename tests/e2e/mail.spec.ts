import { linkIn, type MailServer, startMailServer } from '../fakes/mail-server.ts';
import { type AppServer, startAppServer } from './app-server.ts';
import { expectNoViolation } from './axe.ts';
import { changeDatabase } from './database.ts';
import { test as base, expect, signUpOverHttp } from './test.ts';

/** A server that sends its e-mail to the test's own SMTP server. */
const test = base.extend<object, { mails: MailServer; server: AppServer }>({
  mails: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright requires a destructuring pattern
    async ({}, use) => {
      const mails = await startMailServer();
      await use(mails);
      await mails.close();
    },
    { scope: 'worker' },
  ],
  server: [
    async ({ mails }, use) => {
      const server = await startAppServer({
        env: {
          BETTER_AUTH_URL: 'http://localhost:*',
          SMTP_URL: mails.url,
          MAIL_FROM: '초춘심 <hello@example.org>',
        },
      });
      await use(server);
      await server.stop();
    },
    { scope: 'worker', timeout: 90_000 },
  ],
});
const PASSWORD = 'winter-heart-10';

test.use({ allowedComplaint: /status of (400|404)/ });

for (const javaScriptEnabled of [true, false]) {
  test.describe(`scripts ${javaScriptEnabled}`, () => {
    test.use({ javaScriptEnabled });

    test('a forgotten password can be reset by e-mail', async ({ page, context, mails }) => {
      const { email } = await signUpOverHttp(page);
      await context.clearCookies();
      await page.goto('/login');
      await page.getByRole('link', { name: '로그인이 안 되나요?' }).click();
      await page.getByRole('button', { name: '링크 보내기' }).click();
      await expect(page.getByLabel('이메일')).toHaveAccessibleDescription(/다시 확인해 주세요/);
      await page.getByLabel('이메일').fill(email);
      await page.getByRole('button', { name: '링크 보내기' }).click();
      await expect(page.getByRole('status')).toContainText('링크를 보냈어요');
      if (javaScriptEnabled) await expectNoViolation(page, 'link sent');
      await page.goto(linkIn(await mails.waitFor(email)));
      await page.getByLabel('비밀번호', { exact: true }).fill(PASSWORD);
      await page.getByRole('button', { name: '비밀번호를 정하고 들어가기' }).click();
      await page.waitForURL('**/home');
    });
  });
}

test('the address changes once the e-mail to the new one is confirmed', async ({
  page,
  mails,
  server,
}) => {
  const { email, password } = await signUpOverHttp(page);
  // Signed in a while ago, so the password is required.
  const earlier = `UPDATE "Session" SET "createdAt" = "createdAt" - 1000
    WHERE "userId" = (SELECT "id" FROM "User" WHERE "email" = :email)`;
  changeDatabase(server.databaseFile, email, earlier);
  await page.goto('/account');
  const section = page.getByRole('region', { name: '이메일', exact: true });
  await expect(section).toContainText(email);
  await expectNoViolation(page, 'account with mails');
  const wanted = `new-${email}`;
  await section.getByLabel('새 이메일').fill(wanted);
  await section.getByRole('button', { name: '이메일 바꾸기' }).click();
  await expect(section.getByLabel(/지금 비밀번호/)).toHaveAccessibleDescription(/적어 주세요/);
  await section.getByLabel(/지금 비밀번호/).fill(password);
  await section.getByRole('button', { name: '이메일 바꾸기' }).click();
  await expect(section.getByRole('status')).toContainText('새 주소로 메일을 보냈어요');
  await page.goto(linkIn(await mails.waitFor(wanted)));
  await expectNoViolation(page, 'confirmation');
  await page.getByRole('button', { name: '네, 제 주소예요' }).click();
  await expect(section).toContainText(`${wanted} 주소를 확인했어요`);
  expect((await mails.waitFor(email)).text).toContain(wanted);
});

test('in English, an address is confirmed from the account page', async ({
  page,
  mails,
  server,
}) => {
  const { email } = await signUpOverHttp(page);
  const language = { name: 'language', value: encodeURIComponent(btoa('"en"')), url: server.url };
  await page.context().addCookies([language]);
  await page.goto('/account');
  await page.getByRole('link', { name: 'Send a confirmation e-mail' }).click();
  await page.getByRole('button', { name: 'Send the e-mail' }).click();
  await expect(page.getByRole('status')).toContainText('We sent an e-mail to');
  await expectNoViolation(page, 'confirmation sent');
  await page.goto(linkIn(await mails.waitFor(email)));
  await page.getByRole('button', { name: 'Yes, it’s mine' }).click();
  await expect(page.getByRole('status').getByText(/is confirmed/)).toBeVisible();
  await expect(page.getByText('This address is confirmed.')).toBeVisible();
});
