-- The reward of a wallet in stock is nobody's yet: no rule may ask for its user.
ALTER TABLE "TokenTransfer" DROP CONSTRAINT "TokenTransfer_userId_fkey";
CREATE INDEX "Wallet_stock_idx" ON "Wallet" ("completedAt") WHERE "ownerId" IS NULL;

-- Whoever may not be asked a wallet for may not be given one either.
CREATE FUNCTION "Wallet_taken_by_user"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF OLD."ownerId" IS NULL AND NEW."ownerId" IS NOT NULL
		AND NOT EXISTS (SELECT 1 FROM "User" WHERE "id" = NEW."ownerId" AND "deletedAt" IS NULL) THEN
		RETURN NULL;
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER "Wallet_taken_by_user" BEFORE UPDATE OF "ownerId" ON "Wallet"
	FOR EACH ROW EXECUTE FUNCTION "Wallet_taken_by_user"();

-- The reward's row is the owner's from then on, as if it had been paid to one; the lock as for other events.
CREATE FUNCTION "Wallet_taken"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_advisory_xact_lock(6287390445250302753);
	UPDATE "TokenTransfer" SET "userId" = NEW."ownerId" WHERE "userId" = NEW."id";
	INSERT INTO "WalletEvent" ("userId", "fromStatus", "toStatus", "attempt", "errorCode", "createdAt")
	VALUES (NEW."id", OLD."status", NEW."status", NEW."attempts",
		NEW."error", COALESCE(NEW."updatedAt", CAST(extract(epoch FROM now()) * 1000 AS bigint)));
	RETURN NULL;
END $$;
CREATE TRIGGER "Wallet_taken_event" AFTER UPDATE OF "ownerId" ON "Wallet"
	FOR EACH ROW WHEN (OLD."ownerId" IS NULL AND NEW."ownerId" IS NOT NULL)
	EXECUTE FUNCTION "Wallet_taken"();
