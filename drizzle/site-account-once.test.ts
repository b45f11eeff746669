import { expect, it } from 'vitest';
import { migrateSome, openMemoryDatabase } from './testing/migration-drivers.ts';

it('the first row of a duplicate sign-in account is kept', async () => {
  const driver = await openMemoryDatabase();
  await migrateSome(driver, 12);
  for (const id of ['ann', 'bob']) {
    await driver.all(
      `INSERT INTO "User" ("id", "name", "email", "emailVerified", "createdAt", "updatedAt")
        VALUES (?, ?, ?, 0, 1, 1)`,
      [id, id, `${id}@example.com`],
    );
  }
  const rows: [string, string, string, number][] = [
    ['late', 'ann', 'kakao', 2],
    ['first', 'bob', 'kakao', 1],
    ['same-time', 'ann', 'naver', 1],
    ['same', 'bob', 'naver', 1],
    ['alone', 'ann', 'google', 3],
  ];
  for (const [id, userId, providerId, at] of rows) {
    await driver.all(
      `INSERT INTO "Account" ("id", "userId", "providerId", "accountId", "createdAt", "updatedAt")
        VALUES (?, ?, ?, 'theirs', ?, ?)`,
      [id, userId, providerId, at, at],
    );
  }
  await migrateSome(driver);
  const left = await driver.all('SELECT "id" FROM "Account" ORDER BY "id"');
  expect(left.map(({ id }) => id)).toEqual(['alone', 'first', 'same']);
  driver.close();
});
