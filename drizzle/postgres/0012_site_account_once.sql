-- Two requests at once could add one account of another site twice; the first counts.
DELETE FROM "Account" WHERE "id" IN (SELECT "id" FROM (SELECT "id",
	ROW_NUMBER() OVER (PARTITION BY "providerId", "accountId" ORDER BY "createdAt", "id") AS "place" FROM "Account") AS "placed"
	WHERE "place" > 1);
CREATE UNIQUE INDEX "Account_providerId_accountId_unique" ON "Account" ("providerId", "accountId");
