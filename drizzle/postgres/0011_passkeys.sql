-- The tables of drizzle/migrations up to 0011, as PostgreSQL has them; it had none before.
-- Whole numbers are bigint, times and truth values too, as in SQLite. Text is compared byte by byte.
-- "rowid", where rows are read in the order in which they were made; SQLite keeps it by itself.

CREATE TABLE "User" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"email" text COLLATE "C" NOT NULL,
	"emailVerified" bigint DEFAULT 0 NOT NULL,
	"image" text COLLATE "C",
	"createdAt" bigint NOT NULL,
	"updatedAt" bigint NOT NULL,
	"nearAccountId" text COLLATE "C",
	"nearPublicKey" text COLLATE "C",
	"nearPrivateKey" text COLLATE "C",
	"chocoBalance" text COLLATE "C" DEFAULT '0' NOT NULL,
	"chocoLastSyncAt" bigint,
	"walletStatus" text COLLATE "C" CONSTRAINT "User_walletStatus_check" CHECK ("walletStatus" IS NULL OR ("walletStatus" IN ('PENDING', 'CREATING', 'READY', 'FAILED') AND ("walletStatus" <> 'READY' OR "nearAccountId" IS NOT NULL))),
	"walletCreatedAt" bigint,
	"walletCompletedAt" bigint,
	"walletError" text COLLATE "C",
	"walletRequestedAt" bigint,
	"walletAttempts" bigint DEFAULT 0 NOT NULL,
	"walletTakeovers" bigint DEFAULT 0 NOT NULL,
	"walletAvailableAt" bigint,
	"walletClaimToken" text COLLATE "C",
	"walletUpdatedAt" bigint,
	"language" text COLLATE "C",
	"deletedAt" bigint,
	"walletEpoch" bigint,
	"rowid" bigint GENERATED ALWAYS AS IDENTITY UNIQUE
);
CREATE UNIQUE INDEX "User_email_unique" ON "User" ("email");
CREATE UNIQUE INDEX "User_nearAccountId_unique" ON "User" ("nearAccountId");
CREATE INDEX "User_walletAvailableAt_idx" ON "User" ("walletAvailableAt") WHERE "walletAvailableAt" IS NOT NULL;
CREATE INDEX "User_unready_idx" ON "User" ("walletStatus") WHERE "walletStatus" <> 'READY';

CREATE TABLE "Session" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"token" text COLLATE "C" NOT NULL,
	"userId" text COLLATE "C" NOT NULL,
	"expiresAt" bigint NOT NULL,
	"ipAddress" text COLLATE "C",
	"userAgent" text COLLATE "C",
	"createdAt" bigint NOT NULL,
	"updatedAt" bigint NOT NULL,
	"rowid" bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
	FOREIGN KEY ("userId") REFERENCES "User" ("id") ON DELETE CASCADE
);
CREATE UNIQUE INDEX "Session_token_unique" ON "Session" ("token");
CREATE INDEX "Session_userId_idx" ON "Session" ("userId");

CREATE TABLE "Account" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"accountId" text COLLATE "C" NOT NULL,
	"providerId" text COLLATE "C" NOT NULL,
	"userId" text COLLATE "C" NOT NULL,
	"accessToken" text COLLATE "C",
	"refreshToken" text COLLATE "C",
	"idToken" text COLLATE "C",
	"accessTokenExpiresAt" bigint,
	"refreshTokenExpiresAt" bigint,
	"scope" text COLLATE "C",
	"password" text COLLATE "C",
	"createdAt" bigint NOT NULL,
	"updatedAt" bigint NOT NULL,
	FOREIGN KEY ("userId") REFERENCES "User" ("id") ON DELETE CASCADE
);
CREATE INDEX "Account_userId_idx" ON "Account" ("userId");

CREATE TABLE "Passkey" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"userId" text COLLATE "C" NOT NULL,
	"credentialId" text COLLATE "C" NOT NULL,
	"publicKey" text COLLATE "C" NOT NULL,
	"counter" bigint NOT NULL,
	"transports" text COLLATE "C" NOT NULL,
	"device" text COLLATE "C",
	"createdAt" bigint NOT NULL,
	"usedAt" bigint,
	FOREIGN KEY ("userId") REFERENCES "User" ("id") ON DELETE CASCADE
);
CREATE UNIQUE INDEX "Passkey_credentialId_unique" ON "Passkey" ("credentialId");
CREATE INDEX "Passkey_userId_idx" ON "Passkey" ("userId");

CREATE TABLE "Verification" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"identifier" text COLLATE "C" NOT NULL,
	"value" text COLLATE "C" NOT NULL,
	"expiresAt" bigint NOT NULL,
	"createdAt" bigint,
	"updatedAt" bigint
);
CREATE INDEX "Verification_identifier_idx" ON "Verification" ("identifier");

CREATE TABLE "Conversation" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"userId" text COLLATE "C" NOT NULL,
	"characterId" text COLLATE "C" NOT NULL,
	"createdAt" bigint NOT NULL,
	"updatedAt" bigint NOT NULL,
	FOREIGN KEY ("userId") REFERENCES "User" ("id") ON DELETE CASCADE
);
CREATE UNIQUE INDEX "Conversation_userId_characterId_key" ON "Conversation" ("userId", "characterId");

CREATE TABLE "Message" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"conversationId" text COLLATE "C" NOT NULL,
	"role" text COLLATE "C" NOT NULL,
	"content" text COLLATE "C" NOT NULL,
	"createdAt" bigint NOT NULL,
	"care" text COLLATE "C",
	"cut" text COLLATE "C",
	FOREIGN KEY ("conversationId") REFERENCES "Conversation" ("id") ON DELETE CASCADE
);
CREATE INDEX "Message_conversationId_createdAt_idx" ON "Message" ("conversationId", "createdAt");

CREATE TABLE "LimitCounter" (
	"key" text COLLATE "C" PRIMARY KEY NOT NULL,
	"count" bigint NOT NULL,
	"most" bigint NOT NULL,
	"endsAt" bigint NOT NULL
);
CREATE INDEX "LimitCounter_endsAt_idx" ON "LimitCounter" ("endsAt");

CREATE TABLE "Wallet" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"ownerId" text COLLATE "C",
	"accountId" text COLLATE "C",
	"publicKey" text COLLATE "C",
	"encryptedPrivateKey" text COLLATE "C",
	"status" text COLLATE "C",
	"error" text COLLATE "C",
	"requestedAt" bigint,
	"startedAt" bigint,
	"completedAt" bigint,
	"attempts" bigint DEFAULT 0 NOT NULL,
	"takeovers" bigint DEFAULT 0 NOT NULL,
	"availableAt" bigint,
	"claimToken" text COLLATE "C",
	"epoch" bigint,
	"updatedAt" bigint,
	"balance" text COLLATE "C" DEFAULT '0' NOT NULL,
	"balanceReadAt" bigint,
	"rowid" bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
	CONSTRAINT "Wallet_status_check" CHECK ("status" IS NULL OR ("status" IN ('PENDING', 'CREATING', 'READY', 'FAILED') AND ("status" <> 'READY' OR "accountId" IS NOT NULL)))
);
CREATE UNIQUE INDEX "Wallet_ownerId_unique" ON "Wallet" ("ownerId");
CREATE UNIQUE INDEX "Wallet_accountId_unique" ON "Wallet" ("accountId");
CREATE INDEX "Wallet_availableAt_idx" ON "Wallet" ("availableAt") WHERE "availableAt" IS NOT NULL;

CREATE TABLE "WalletEvent" (
	"id" bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	"userId" text COLLATE "C" NOT NULL,
	"fromStatus" text COLLATE "C",
	"toStatus" text COLLATE "C",
	"attempt" bigint NOT NULL,
	"errorCode" text COLLATE "C",
	"createdAt" bigint NOT NULL
);
CREATE INDEX "WalletEvent_userId_idx" ON "WalletEvent" ("userId");

CREATE TABLE "WalletKeyExport" (
	"id" bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	"walletId" text COLLATE "C" NOT NULL,
	"createdAt" bigint NOT NULL
);
CREATE INDEX "WalletKeyExport_walletId_idx" ON "WalletKeyExport" ("walletId");

CREATE TABLE "ChainTransaction" (
	"hash" text COLLATE "C" PRIMARY KEY NOT NULL,
	"signerId" text COLLATE "C" NOT NULL,
	"publicKey" text COLLATE "C" NOT NULL,
	"nonce" bigint NOT NULL,
	"receiverId" text COLLATE "C" NOT NULL,
	"signedBytes" text COLLATE "C" NOT NULL,
	"referenceHeight" bigint NOT NULL,
	"purpose" text COLLATE "C" NOT NULL,
	"maxCostMicroNear" bigint NOT NULL,
	"maxCostMicroToken" bigint NOT NULL,
	"status" text COLLATE "C" NOT NULL,
	"gasBurnt" text COLLATE "C",
	"burntYocto" text COLLATE "C",
	"failure" text COLLATE "C",
	"createdAt" bigint NOT NULL,
	"includedAt" bigint,
	"settledAt" bigint,
	"valueMicroNear" bigint,
	"spentMicroNear" bigint,
	"settledHeight" bigint,
	"rowid" bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
	CONSTRAINT "ChainTransaction_status_check" CHECK ("status" IN ('SIGNED', 'SENT', 'SUCCEEDED', 'FAILED', 'DEAD'))
);
CREATE UNIQUE INDEX "ChainTransaction_publicKey_nonce_key" ON "ChainTransaction" ("publicKey", "nonce");
CREATE INDEX "ChainTransaction_open_idx" ON "ChainTransaction" ("publicKey") WHERE "status" IN ('SIGNED', 'SENT');
CREATE INDEX "ChainTransaction_settledHeight_idx" ON "ChainTransaction" ("settledHeight");
CREATE INDEX "ChainTransaction_spending_idx" ON "ChainTransaction" ("createdAt", "spentMicroNear", "maxCostMicroNear", "status", "maxCostMicroToken");

CREATE TABLE "ChainTransactionWallet" (
	"hash" text COLLATE "C" NOT NULL,
	"userId" text COLLATE "C" NOT NULL,
	"purpose" text COLLATE "C" NOT NULL,
	"live" bigint NOT NULL,
	PRIMARY KEY ("hash", "userId", "purpose"),
	FOREIGN KEY ("hash") REFERENCES "ChainTransaction" ("hash")
);
CREATE INDEX "ChainTransactionWallet_userId_idx" ON "ChainTransactionWallet" ("userId");
CREATE UNIQUE INDEX "ChainTransactionWallet_live_key" ON "ChainTransactionWallet" ("userId", "purpose") WHERE "live" = 1;

CREATE TABLE "TokenTransfer" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"userId" text COLLATE "C" NOT NULL,
	"txHash" text COLLATE "C" NOT NULL,
	"amount" text COLLATE "C" NOT NULL,
	"tokenContract" text COLLATE "C" NOT NULL,
	"status" text COLLATE "C" NOT NULL,
	"purpose" text COLLATE "C" NOT NULL,
	"createdAt" bigint NOT NULL,
	FOREIGN KEY ("userId") REFERENCES "User" ("id")
);
CREATE INDEX "TokenTransfer_userId_idx" ON "TokenTransfer" ("userId");
CREATE INDEX "TokenTransfer_txHash_idx" ON "TokenTransfer" ("txHash");
CREATE UNIQUE INDEX "TokenTransfer_signup_reward_key" ON "TokenTransfer" ("userId") WHERE "purpose" = 'SIGNUP_REWARD';

CREATE TABLE "ServiceKeyLane" (
	"laneNumber" bigint PRIMARY KEY NOT NULL,
	"publicKey" text COLLATE "C" NOT NULL,
	"nonce" bigint NOT NULL,
	"holder" text COLLATE "C",
	"leasedUntil" bigint NOT NULL,
	"fencingToken" bigint NOT NULL
);
CREATE UNIQUE INDEX "ServiceKeyLane_publicKey_unique" ON "ServiceKeyLane" ("publicKey");

CREATE TABLE "Deployment" (
	"singleton" bigint PRIMARY KEY NOT NULL,
	"deploymentId" text COLLATE "C" NOT NULL,
	"genesisHash" text COLLATE "C" NOT NULL,
	"networkId" text COLLATE "C" NOT NULL,
	"serviceAccountId" text COLLATE "C" NOT NULL,
	"tokenContract" text COLLATE "C" NOT NULL,
	"createdAt" bigint NOT NULL,
	"pauseReason" text COLLATE "C",
	"pausedAt" bigint,
	"treasuryMicroNear" bigint,
	"treasuryMicroToken" bigint,
	"treasuryReadAt" bigint,
	"runwayWallets" bigint,
	"reconciledAt" bigint,
	"treasuryHeight" bigint,
	"epoch" bigint DEFAULT 1 NOT NULL,
	CONSTRAINT "Deployment_singleton_check" CHECK ("singleton" = 1)
);

CREATE TABLE "MasterKeyCheck" (
	"version" bigint PRIMARY KEY NOT NULL,
	"salt" text COLLATE "C" NOT NULL,
	"proof" text COLLATE "C" NOT NULL,
	"createdAt" bigint NOT NULL
);

CREATE TABLE "OperatorAction" (
	"id" bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
	"actor" text COLLATE "C" NOT NULL,
	"action" text COLLATE "C" NOT NULL,
	"userId" text COLLATE "C",
	"detail" text COLLATE "C",
	"createdAt" bigint NOT NULL
);
CREATE INDEX "OperatorAction_userId_idx" ON "OperatorAction" ("userId");

-- No move of a wallet, and no takeover, goes unrecorded, whoever writes it. The event's id is given under the
-- engine's lock (WRITE_LOCK) and becomes visible before the lock is free: who has read an id has seen all lower ones.
CREATE FUNCTION "Wallet_event"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_advisory_xact_lock(6287390445250302753);
	INSERT INTO "WalletEvent" ("userId", "fromStatus", "toStatus", "attempt", "errorCode", "createdAt")
	VALUES (NEW."id", CASE WHEN TG_OP = 'UPDATE' THEN OLD."status" END, NEW."status", NEW."attempts",
		NEW."error", COALESCE(NEW."updatedAt", CAST(extract(epoch FROM now()) * 1000 AS bigint)));
	RETURN NULL;
END $$;
CREATE TRIGGER "Wallet_inserted_event" AFTER INSERT ON "Wallet"
	FOR EACH ROW WHEN (NEW."status" IS NOT NULL) EXECUTE FUNCTION "Wallet_event"();
CREATE TRIGGER "Wallet_updated_event" AFTER UPDATE OF "status", "claimToken" ON "Wallet"
	FOR EACH ROW WHEN (OLD."status" IS DISTINCT FROM NEW."status"
		OR (NEW."status" = 'CREATING' AND OLD."claimToken" IS DISTINCT FROM NEW."claimToken"))
	EXECUTE FUNCTION "Wallet_event"();

-- A wallet is made for users only, and for nobody who has left.
CREATE FUNCTION "Wallet_owner_is_user"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW."ownerId" IS NOT NULL
		AND NOT EXISTS (SELECT 1 FROM "User" WHERE "id" = NEW."ownerId" AND "deletedAt" IS NULL) THEN
		RETURN NULL;
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER "Wallet_owner_is_user" BEFORE INSERT ON "Wallet"
	FOR EACH ROW EXECUTE FUNCTION "Wallet_owner_is_user"();

-- The plan's columns of User show what stands in Wallet. A lease that is only renewed is not shown.
CREATE FUNCTION "Wallet_inserted_to_User"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW."ownerId" IS NOT NULL THEN
		UPDATE "User" SET "nearAccountId" = NEW."accountId",
			"nearPublicKey" = NEW."publicKey",
			"nearPrivateKey" = NEW."encryptedPrivateKey",
			"walletStatus" = NEW."status",
			"walletError" = NEW."error",
			"walletRequestedAt" = NEW."requestedAt",
			"walletCreatedAt" = NEW."startedAt" / 1000,
			"walletCompletedAt" = NEW."completedAt" / 1000,
			"walletAttempts" = NEW."attempts",
			"walletTakeovers" = NEW."takeovers",
			"walletAvailableAt" = NEW."availableAt",
			"walletClaimToken" = NEW."claimToken",
			"walletEpoch" = NEW."epoch",
			"walletUpdatedAt" = NEW."updatedAt",
			"chocoBalance" = NEW."balance",
			"chocoLastSyncAt" = NEW."balanceReadAt" / 1000
		WHERE "id" = NEW."ownerId";
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER "Wallet_inserted_to_User" AFTER INSERT ON "Wallet"
	FOR EACH ROW EXECUTE FUNCTION "Wallet_inserted_to_User"();

CREATE FUNCTION "Wallet_updated_to_User"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW."ownerId" IS NOT NULL AND (NEW."status" IS DISTINCT FROM 'CREATING' OR OLD."status" IS DISTINCT FROM 'CREATING'
		OR NEW."claimToken" IS DISTINCT FROM OLD."claimToken" OR NEW."encryptedPrivateKey" IS DISTINCT FROM OLD."encryptedPrivateKey") THEN
		UPDATE "User" SET "nearAccountId" = NEW."accountId",
			"nearPublicKey" = NEW."publicKey",
			"nearPrivateKey" = NEW."encryptedPrivateKey",
			"walletStatus" = NEW."status",
			"walletError" = NEW."error",
			"walletRequestedAt" = NEW."requestedAt",
			"walletCreatedAt" = NEW."startedAt" / 1000,
			"walletCompletedAt" = NEW."completedAt" / 1000,
			"walletAttempts" = NEW."attempts",
			"walletTakeovers" = NEW."takeovers",
			"walletAvailableAt" = NEW."availableAt",
			"walletClaimToken" = NEW."claimToken",
			"walletEpoch" = NEW."epoch",
			"walletUpdatedAt" = NEW."updatedAt",
			"chocoBalance" = NEW."balance",
			"chocoLastSyncAt" = NEW."balanceReadAt" / 1000
		WHERE "id" = NEW."ownerId";
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER "Wallet_updated_to_User" AFTER UPDATE ON "Wallet"
	FOR EACH ROW EXECUTE FUNCTION "Wallet_updated_to_User"();

-- What is written to those columns by somebody else is kept in Wallet, too.
CREATE FUNCTION "User_inserted_to_Wallet"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW."walletStatus" IS NOT NULL OR NEW."nearAccountId" IS NOT NULL
		OR NEW."nearPublicKey" IS NOT NULL OR NEW."nearPrivateKey" IS NOT NULL THEN
		INSERT INTO "Wallet" ("id", "ownerId", "accountId", "publicKey", "encryptedPrivateKey", "status", "error", "requestedAt", "startedAt", "completedAt", "attempts", "takeovers", "availableAt", "claimToken", "epoch", "updatedAt", "balance", "balanceReadAt")
		VALUES (NEW."id", NEW."id", NEW."nearAccountId", NEW."nearPublicKey", NEW."nearPrivateKey", NEW."walletStatus", NEW."walletError", NEW."walletRequestedAt", NEW."walletCreatedAt" * 1000, NEW."walletCompletedAt" * 1000, NEW."walletAttempts", NEW."walletTakeovers", NEW."walletAvailableAt", NEW."walletClaimToken", NEW."walletEpoch", NEW."walletUpdatedAt", NEW."chocoBalance", NEW."chocoLastSyncAt" * 1000);
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER "User_inserted_to_Wallet" AFTER INSERT ON "User"
	FOR EACH ROW EXECUTE FUNCTION "User_inserted_to_Wallet"();

CREATE FUNCTION "User_updated_to_Wallet"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF (NEW."nearAccountId" IS DISTINCT FROM OLD."nearAccountId"
		OR NEW."nearPublicKey" IS DISTINCT FROM OLD."nearPublicKey"
		OR NEW."nearPrivateKey" IS DISTINCT FROM OLD."nearPrivateKey"
		OR NEW."walletStatus" IS DISTINCT FROM OLD."walletStatus"
		OR NEW."walletError" IS DISTINCT FROM OLD."walletError"
		OR NEW."walletRequestedAt" IS DISTINCT FROM OLD."walletRequestedAt"
		OR NEW."walletCreatedAt" IS DISTINCT FROM OLD."walletCreatedAt"
		OR NEW."walletCompletedAt" IS DISTINCT FROM OLD."walletCompletedAt"
		OR NEW."walletAttempts" IS DISTINCT FROM OLD."walletAttempts"
		OR NEW."walletTakeovers" IS DISTINCT FROM OLD."walletTakeovers"
		OR NEW."walletAvailableAt" IS DISTINCT FROM OLD."walletAvailableAt"
		OR NEW."walletClaimToken" IS DISTINCT FROM OLD."walletClaimToken"
		OR NEW."walletEpoch" IS DISTINCT FROM OLD."walletEpoch"
		OR NEW."walletUpdatedAt" IS DISTINCT FROM OLD."walletUpdatedAt"
		OR NEW."chocoBalance" IS DISTINCT FROM OLD."chocoBalance"
		OR NEW."chocoLastSyncAt" IS DISTINCT FROM OLD."chocoLastSyncAt")
		AND NOT EXISTS (SELECT 1 FROM "Wallet" AS "known" WHERE "known"."ownerId" = NEW."id"
			AND "known"."accountId" IS NOT DISTINCT FROM NEW."nearAccountId"
			AND "known"."publicKey" IS NOT DISTINCT FROM NEW."nearPublicKey"
			AND "known"."encryptedPrivateKey" IS NOT DISTINCT FROM NEW."nearPrivateKey"
			AND "known"."status" IS NOT DISTINCT FROM NEW."walletStatus"
			AND "known"."error" IS NOT DISTINCT FROM NEW."walletError"
			AND "known"."requestedAt" IS NOT DISTINCT FROM NEW."walletRequestedAt"
			AND "known"."startedAt" / 1000 IS NOT DISTINCT FROM NEW."walletCreatedAt"
			AND "known"."completedAt" / 1000 IS NOT DISTINCT FROM NEW."walletCompletedAt"
			AND "known"."attempts" IS NOT DISTINCT FROM NEW."walletAttempts"
			AND "known"."takeovers" IS NOT DISTINCT FROM NEW."walletTakeovers"
			AND "known"."availableAt" IS NOT DISTINCT FROM NEW."walletAvailableAt"
			AND "known"."claimToken" IS NOT DISTINCT FROM NEW."walletClaimToken"
			AND "known"."epoch" IS NOT DISTINCT FROM NEW."walletEpoch"
			AND "known"."updatedAt" IS NOT DISTINCT FROM NEW."walletUpdatedAt"
			AND "known"."balance" IS NOT DISTINCT FROM NEW."chocoBalance"
			AND "known"."balanceReadAt" / 1000 IS NOT DISTINCT FROM NEW."chocoLastSyncAt") THEN
		INSERT INTO "Wallet" ("id", "ownerId") SELECT NEW."id", NEW."id"
		WHERE NOT EXISTS (SELECT 1 FROM "Wallet" WHERE "ownerId" = NEW."id");
		UPDATE "Wallet" SET "accountId" = NEW."nearAccountId",
			"publicKey" = NEW."nearPublicKey",
			"encryptedPrivateKey" = NEW."nearPrivateKey",
			"status" = NEW."walletStatus",
			"error" = NEW."walletError",
			"requestedAt" = NEW."walletRequestedAt",
			"startedAt" = CASE WHEN "startedAt" / 1000 IS NOT DISTINCT FROM NEW."walletCreatedAt" THEN "startedAt" ELSE NEW."walletCreatedAt" * 1000 END,
			"completedAt" = CASE WHEN "completedAt" / 1000 IS NOT DISTINCT FROM NEW."walletCompletedAt" THEN "completedAt" ELSE NEW."walletCompletedAt" * 1000 END,
			"attempts" = NEW."walletAttempts",
			"takeovers" = NEW."walletTakeovers",
			"availableAt" = CASE WHEN NEW."walletAvailableAt" IS NOT DISTINCT FROM OLD."walletAvailableAt" THEN "availableAt" ELSE NEW."walletAvailableAt" END,
			"claimToken" = NEW."walletClaimToken",
			"epoch" = NEW."walletEpoch",
			"updatedAt" = NEW."walletUpdatedAt",
			"balance" = NEW."chocoBalance",
			"balanceReadAt" = CASE WHEN "balanceReadAt" / 1000 IS NOT DISTINCT FROM NEW."chocoLastSyncAt" THEN "balanceReadAt" ELSE NEW."chocoLastSyncAt" * 1000 END
		WHERE "ownerId" = NEW."id";
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER "User_updated_to_Wallet" AFTER UPDATE OF "nearAccountId", "nearPublicKey", "nearPrivateKey", "walletStatus", "walletError", "walletRequestedAt", "walletCreatedAt", "walletCompletedAt", "walletAttempts", "walletTakeovers", "walletAvailableAt", "walletClaimToken", "walletEpoch", "walletUpdatedAt", "chocoBalance", "chocoLastSyncAt" ON "User"
	FOR EACH ROW EXECUTE FUNCTION "User_updated_to_Wallet"();
