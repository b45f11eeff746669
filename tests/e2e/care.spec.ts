import AxeBuilder from '@axe-core/playwright';
import { expect, signUpWithWallet, test } from './test.ts';

const HELP = '지금 도움받을 수 있는 곳';

test('a message in crisis is answered with care and help lines, which persist', async ({
  page,
}) => {
  await signUpWithWallet(page);
  await page.goto('/chat/mir');
  await expect(page.getByText('AI 캐릭터예요. 사람이 아니에요.')).toBeVisible();
  const counted = async () => {
    const text = await (await page.request.get('/metrics')).text();
    return Number(/^choonsim_care_answers_total (\d+)$/m.exec(text)?.[1]);
  };
  const composer = page.getByRole('textbox', { name: '메시지' });
  await composer.fill('죽 고 싶 어');
  await page.getByRole('button', { name: '보내기' }).click();
  // Inside the log, a live region, so it is announced.
  const help = page.getByRole('log').getByRole('region', { name: HELP });
  await expect(help.getByRole('link', { name: /자살예방상담전화/ })).toHaveAttribute(
    'href',
    'tel:109',
  );
  await expect(help.getByRole('link', { name: /청소년전화/ })).toHaveAttribute('href', 'tel:1388');
  await expect(help).toBeInViewport();
  await expect(page.getByText('이런 마음을 꺼내 줘서 고마워요.')).toBeVisible();
  await expect(page.getByRole('button', { name: '다른 답장 받기' })).toHaveCount(0);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations).toEqual([]);
  expect(await counted()).toBeGreaterThan(0);

  await page.reload();
  await expect(help).toBeInViewport();
  await composer.fill('괜찮아');
  await page.getByRole('button', { name: '보내기' }).click();
  await expect(page.locator('[data-role=assistant]').last()).toContainText(
    '조금 전 이야기가 마음에',
  );
  await page.goto('/home');
  await expect(page.getByRole('link', { name: /미르/ })).not.toContainText('죽 고 싶 어');
});
