CREATE TABLE `ChainTransaction` (
	`hash` text PRIMARY KEY NOT NULL,
	`signerId` text NOT NULL,
	`publicKey` text NOT NULL,
	`nonce` integer NOT NULL,
	`receiverId` text NOT NULL,
	`signedBytes` text NOT NULL,
	`referenceHeight` integer NOT NULL,
	`purpose` text NOT NULL,
	`maxCostMicroNear` integer NOT NULL,
	`maxCostMicroToken` integer NOT NULL,
	`status` text NOT NULL,
	`gasBurnt` text,
	`burntYocto` text,
	`failure` text,
	`createdAt` integer NOT NULL,
	`includedAt` integer,
	`settledAt` integer,
	CONSTRAINT "ChainTransaction_status_check" CHECK("status" IN ('SIGNED', 'SENT', 'SUCCEEDED', 'FAILED', 'DEAD'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `ChainTransaction_publicKey_nonce_key` ON `ChainTransaction` (`publicKey`,`nonce`);--> statement-breakpoint
CREATE INDEX `ChainTransaction_open_idx` ON `ChainTransaction` (`publicKey`) WHERE "status" IN ('SIGNED', 'SENT');--> statement-breakpoint
CREATE INDEX `ChainTransaction_settledAt_idx` ON `ChainTransaction` (`settledAt`);--> statement-breakpoint
CREATE TABLE `ChainTransactionWallet` (
	`hash` text NOT NULL,
	`userId` text NOT NULL,
	`purpose` text NOT NULL,
	`live` integer NOT NULL,
	PRIMARY KEY(`hash`, `userId`, `purpose`),
	FOREIGN KEY (`hash`) REFERENCES `ChainTransaction`(`hash`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `ChainTransactionWallet_userId_idx` ON `ChainTransactionWallet` (`userId`);--> statement-breakpoint
CREATE UNIQUE INDEX `ChainTransactionWallet_live_key` ON `ChainTransactionWallet` (`userId`,`purpose`) WHERE "live" = 1;--> statement-breakpoint
CREATE TABLE `Deployment` (
	`singleton` integer PRIMARY KEY NOT NULL,
	`deploymentId` text NOT NULL,
	`genesisHash` text NOT NULL,
	`networkId` text NOT NULL,
	`serviceAccountId` text NOT NULL,
	`tokenContract` text NOT NULL,
	`createdAt` integer NOT NULL,
	`pauseReason` text,
	`pausedAt` integer,
	`treasuryMicroNear` integer,
	`treasuryMicroToken` integer,
	`treasuryReadAt` integer,
	CONSTRAINT "Deployment_singleton_check" CHECK("singleton" = 1)
);
--> statement-breakpoint
CREATE TABLE `ServiceKeyLane` (
	`laneNumber` integer PRIMARY KEY NOT NULL,
	`publicKey` text NOT NULL,
	`nonce` integer NOT NULL,
	`holder` text,
	`leasedUntil` integer NOT NULL,
	`fencingToken` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `ServiceKeyLane_publicKey_unique` ON `ServiceKeyLane` (`publicKey`);--> statement-breakpoint
CREATE TABLE `WalletEvent` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`userId` text NOT NULL,
	`fromStatus` text,
	`toStatus` text,
	`attempt` integer NOT NULL,
	`errorCode` text,
	`createdAt` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `WalletEvent_userId_idx` ON `WalletEvent` (`userId`);--> statement-breakpoint
-- Written by hand: drizzle-kit would rebuild User for the new CHECK, and dropping the old table
-- would cascade through Session, Account and Conversation.
ALTER TABLE `User` ADD COLUMN `walletStatus` text CONSTRAINT "User_walletStatus_check" CHECK("walletStatus" IS NULL OR ("walletStatus" IN ('PENDING', 'CREATING', 'READY', 'FAILED') AND ("walletStatus" <> 'READY' OR "nearAccountId" IS NOT NULL)));--> statement-breakpoint
ALTER TABLE `User` ADD COLUMN `walletCreatedAt` integer;--> statement-breakpoint
ALTER TABLE `User` ADD COLUMN `walletCompletedAt` integer;--> statement-breakpoint
ALTER TABLE `User` ADD COLUMN `walletError` text;--> statement-breakpoint
ALTER TABLE `User` ADD COLUMN `walletRequestedAt` integer;--> statement-breakpoint
ALTER TABLE `User` ADD COLUMN `walletAttempts` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `User` ADD COLUMN `walletTakeovers` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `User` ADD COLUMN `walletAvailableAt` integer;--> statement-breakpoint
ALTER TABLE `User` ADD COLUMN `walletClaimToken` text;--> statement-breakpoint
ALTER TABLE `User` ADD COLUMN `walletUpdatedAt` integer;--> statement-breakpoint
-- Users with an account id have a wallet; the others are as new ones.
UPDATE `User` SET `walletStatus` = 'READY' WHERE `nearAccountId` IS NOT NULL;--> statement-breakpoint
-- Part of a wallet's record is missing: told to an operator, never completed or made anew.
UPDATE `User` SET `walletError` = 'WALLET_RECORD_INCOMPLETE'
WHERE (`nearAccountId` IS NOT NULL) + (`nearPublicKey` IS NOT NULL) + (`nearPrivateKey` IS NOT NULL) IN (1, 2);--> statement-breakpoint
-- Old rewards paid twice: the first completed one stays, or the unique index below could not exist.
UPDATE `TokenTransfer` SET `purpose` = 'SIGNUP_REWARD_DUPLICATE'
WHERE `purpose` = 'SIGNUP_REWARD' AND `id` <> (
	SELECT `first`.`id` FROM `TokenTransfer` AS `first`
	WHERE `first`.`userId` = `TokenTransfer`.`userId` AND `first`.`purpose` = 'SIGNUP_REWARD'
	ORDER BY `first`.`status` = 'COMPLETED' DESC, `first`.`createdAt`, `first`.`id` LIMIT 1
);--> statement-breakpoint
CREATE INDEX `User_walletAvailableAt_idx` ON `User` (`walletAvailableAt`) WHERE "walletAvailableAt" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `TokenTransfer_txHash_idx` ON `TokenTransfer` (`txHash`);--> statement-breakpoint
CREATE UNIQUE INDEX `TokenTransfer_signup_reward_key` ON `TokenTransfer` (`userId`) WHERE "purpose" = 'SIGNUP_REWARD';--> statement-breakpoint
-- No move of a wallet, and no takeover, goes unrecorded, whoever writes it.
CREATE TRIGGER `User_wallet_event` AFTER UPDATE OF `walletStatus`, `walletClaimToken` ON `User`
WHEN OLD.`walletStatus` IS NOT NEW.`walletStatus`
	OR (NEW.`walletStatus` = 'CREATING' AND OLD.`walletClaimToken` IS NOT NEW.`walletClaimToken`)
BEGIN
	INSERT INTO `WalletEvent` (`userId`, `fromStatus`, `toStatus`, `attempt`, `errorCode`, `createdAt`)
	VALUES (NEW.`id`, OLD.`walletStatus`, NEW.`walletStatus`, NEW.`walletAttempts`, NEW.`walletError`,
		COALESCE(NEW.`walletUpdatedAt`, unixepoch() * 1000));
END;
