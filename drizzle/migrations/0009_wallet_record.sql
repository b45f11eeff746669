CREATE TABLE `Wallet` (
	`id` text PRIMARY KEY NOT NULL,
	`ownerId` text,
	`accountId` text,
	`publicKey` text,
	`encryptedPrivateKey` text,
	`status` text,
	`error` text,
	`requestedAt` integer,
	`startedAt` integer,
	`completedAt` integer,
	`attempts` integer DEFAULT 0 NOT NULL,
	`takeovers` integer DEFAULT 0 NOT NULL,
	`availableAt` integer,
	`claimToken` text,
	`epoch` integer,
	`updatedAt` integer,
	`balance` text DEFAULT '0' NOT NULL,
	`balanceReadAt` integer,
	CONSTRAINT "Wallet_status_check" CHECK("status" IS NULL OR ("status" IN ('PENDING', 'CREATING', 'READY', 'FAILED') AND ("status" <> 'READY' OR "accountId" IS NOT NULL)))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `Wallet_ownerId_unique` ON `Wallet` (`ownerId`);--> statement-breakpoint
CREATE UNIQUE INDEX `Wallet_accountId_unique` ON `Wallet` (`accountId`);--> statement-breakpoint
CREATE INDEX `Wallet_availableAt_idx` ON `Wallet` (`availableAt`) WHERE "availableAt" IS NOT NULL;--> statement-breakpoint
-- Whoever has any part of a wallet has a record of it.
INSERT INTO `Wallet` (`id`, `ownerId`, `accountId`, `publicKey`, `encryptedPrivateKey`, `status`, `error`, `requestedAt`, `startedAt`, `completedAt`, `attempts`, `takeovers`, `availableAt`, `claimToken`, `epoch`, `updatedAt`, `balance`, `balanceReadAt`)
SELECT `id`, `id`, `nearAccountId`, `nearPublicKey`, `nearPrivateKey`, `walletStatus`, `walletError`, `walletRequestedAt`, `walletCreatedAt` * 1000, `walletCompletedAt` * 1000, `walletAttempts`, `walletTakeovers`, `walletAvailableAt`, `walletClaimToken`, `walletEpoch`, `walletUpdatedAt`, `chocoBalance`, `chocoLastSyncAt` * 1000 FROM `User`
WHERE `walletStatus` IS NOT NULL OR `nearAccountId` IS NOT NULL OR `nearPublicKey` IS NOT NULL OR `nearPrivateKey` IS NOT NULL;--> statement-breakpoint
DROP TRIGGER `User_wallet_event`;--> statement-breakpoint
-- No move of a wallet, and no takeover, goes unrecorded, whoever writes it.
CREATE TRIGGER `Wallet_inserted_event` AFTER INSERT ON `Wallet`
WHEN NEW.`status` IS NOT NULL
BEGIN
	INSERT INTO `WalletEvent` (`userId`, `fromStatus`, `toStatus`, `attempt`, `errorCode`, `createdAt`)
	VALUES (NEW.`id`, NULL, NEW.`status`, NEW.`attempts`, NEW.`error`, COALESCE(NEW.`updatedAt`, unixepoch() * 1000));
END;--> statement-breakpoint
CREATE TRIGGER `Wallet_updated_event` AFTER UPDATE OF `status`, `claimToken` ON `Wallet`
WHEN OLD.`status` IS NOT NEW.`status`
	OR (NEW.`status` = 'CREATING' AND OLD.`claimToken` IS NOT NEW.`claimToken`)
BEGIN
	INSERT INTO `WalletEvent` (`userId`, `fromStatus`, `toStatus`, `attempt`, `errorCode`, `createdAt`)
	VALUES (NEW.`id`, OLD.`status`, NEW.`status`, NEW.`attempts`, NEW.`error`, COALESCE(NEW.`updatedAt`, unixepoch() * 1000));
END;--> statement-breakpoint
-- A wallet is made for users only, and for nobody who has left.
CREATE TRIGGER `Wallet_owner_is_user` BEFORE INSERT ON `Wallet`
WHEN NEW.`ownerId` IS NOT NULL
	AND NOT EXISTS (SELECT 1 FROM `User` WHERE `id` = NEW.`ownerId` AND `deletedAt` IS NULL)
BEGIN
	SELECT RAISE(IGNORE);
END;--> statement-breakpoint
-- The plan's columns of User show what stands in Wallet. A lease that is only renewed is not shown: it is nobody's to read.
CREATE TRIGGER `Wallet_inserted_to_User` AFTER INSERT ON `Wallet`
WHEN NEW.`ownerId` IS NOT NULL
BEGIN
	UPDATE `User` SET `nearAccountId` = NEW.`accountId`,
		`nearPublicKey` = NEW.`publicKey`,
		`nearPrivateKey` = NEW.`encryptedPrivateKey`,
		`walletStatus` = NEW.`status`,
		`walletError` = NEW.`error`,
		`walletRequestedAt` = NEW.`requestedAt`,
		`walletCreatedAt` = NEW.`startedAt` / 1000,
		`walletCompletedAt` = NEW.`completedAt` / 1000,
		`walletAttempts` = NEW.`attempts`,
		`walletTakeovers` = NEW.`takeovers`,
		`walletAvailableAt` = NEW.`availableAt`,
		`walletClaimToken` = NEW.`claimToken`,
		`walletEpoch` = NEW.`epoch`,
		`walletUpdatedAt` = NEW.`updatedAt`,
		`chocoBalance` = NEW.`balance`,
		`chocoLastSyncAt` = NEW.`balanceReadAt` / 1000
	WHERE `id` = NEW.`ownerId`;
END;--> statement-breakpoint
CREATE TRIGGER `Wallet_updated_to_User` AFTER UPDATE ON `Wallet`
WHEN NEW.`ownerId` IS NOT NULL AND (NEW.`status` IS NOT 'CREATING' OR OLD.`status` IS NOT 'CREATING'
	OR NEW.`claimToken` IS NOT OLD.`claimToken` OR NEW.`encryptedPrivateKey` IS NOT OLD.`encryptedPrivateKey`)
BEGIN
	UPDATE `User` SET `nearAccountId` = NEW.`accountId`,
		`nearPublicKey` = NEW.`publicKey`,
		`nearPrivateKey` = NEW.`encryptedPrivateKey`,
		`walletStatus` = NEW.`status`,
		`walletError` = NEW.`error`,
		`walletRequestedAt` = NEW.`requestedAt`,
		`walletCreatedAt` = NEW.`startedAt` / 1000,
		`walletCompletedAt` = NEW.`completedAt` / 1000,
		`walletAttempts` = NEW.`attempts`,
		`walletTakeovers` = NEW.`takeovers`,
		`walletAvailableAt` = NEW.`availableAt`,
		`walletClaimToken` = NEW.`claimToken`,
		`walletEpoch` = NEW.`epoch`,
		`walletUpdatedAt` = NEW.`updatedAt`,
		`chocoBalance` = NEW.`balance`,
		`chocoLastSyncAt` = NEW.`balanceReadAt` / 1000
	WHERE `id` = NEW.`ownerId`;
END;--> statement-breakpoint
-- An older version, after a rollback, writes to User: what it writes is kept in Wallet, too.
CREATE TRIGGER `User_inserted_to_Wallet` AFTER INSERT ON `User`
WHEN NEW.`walletStatus` IS NOT NULL OR NEW.`nearAccountId` IS NOT NULL
	OR NEW.`nearPublicKey` IS NOT NULL OR NEW.`nearPrivateKey` IS NOT NULL
BEGIN
	INSERT INTO `Wallet` (`id`, `ownerId`, `accountId`, `publicKey`, `encryptedPrivateKey`, `status`, `error`, `requestedAt`, `startedAt`, `completedAt`, `attempts`, `takeovers`, `availableAt`, `claimToken`, `epoch`, `updatedAt`, `balance`, `balanceReadAt`)
	VALUES (NEW.`id`, NEW.`id`, NEW.`nearAccountId`, NEW.`nearPublicKey`, NEW.`nearPrivateKey`, NEW.`walletStatus`, NEW.`walletError`, NEW.`walletRequestedAt`, NEW.`walletCreatedAt` * 1000, NEW.`walletCompletedAt` * 1000, NEW.`walletAttempts`, NEW.`walletTakeovers`, NEW.`walletAvailableAt`, NEW.`walletClaimToken`, NEW.`walletEpoch`, NEW.`walletUpdatedAt`, NEW.`chocoBalance`, NEW.`chocoLastSyncAt` * 1000);
END;--> statement-breakpoint
CREATE TRIGGER `User_updated_to_Wallet` AFTER UPDATE OF `nearAccountId`, `nearPublicKey`, `nearPrivateKey`, `walletStatus`, `walletError`, `walletRequestedAt`, `walletCreatedAt`, `walletCompletedAt`, `walletAttempts`, `walletTakeovers`, `walletAvailableAt`, `walletClaimToken`, `walletEpoch`, `walletUpdatedAt`, `chocoBalance`, `chocoLastSyncAt` ON `User`
WHEN (NEW.`nearAccountId` IS NOT OLD.`nearAccountId`
	OR NEW.`nearPublicKey` IS NOT OLD.`nearPublicKey`
	OR NEW.`nearPrivateKey` IS NOT OLD.`nearPrivateKey`
	OR NEW.`walletStatus` IS NOT OLD.`walletStatus`
	OR NEW.`walletError` IS NOT OLD.`walletError`
	OR NEW.`walletRequestedAt` IS NOT OLD.`walletRequestedAt`
	OR NEW.`walletCreatedAt` IS NOT OLD.`walletCreatedAt`
	OR NEW.`walletCompletedAt` IS NOT OLD.`walletCompletedAt`
	OR NEW.`walletAttempts` IS NOT OLD.`walletAttempts`
	OR NEW.`walletTakeovers` IS NOT OLD.`walletTakeovers`
	OR NEW.`walletAvailableAt` IS NOT OLD.`walletAvailableAt`
	OR NEW.`walletClaimToken` IS NOT OLD.`walletClaimToken`
	OR NEW.`walletEpoch` IS NOT OLD.`walletEpoch`
	OR NEW.`walletUpdatedAt` IS NOT OLD.`walletUpdatedAt`
	OR NEW.`chocoBalance` IS NOT OLD.`chocoBalance`
	OR NEW.`chocoLastSyncAt` IS NOT OLD.`chocoLastSyncAt`)
	AND NOT EXISTS (SELECT 1 FROM `Wallet` AS `known` WHERE `known`.`ownerId` = NEW.`id`
		AND `known`.`accountId` IS NEW.`nearAccountId`
		AND `known`.`publicKey` IS NEW.`nearPublicKey`
		AND `known`.`encryptedPrivateKey` IS NEW.`nearPrivateKey`
		AND `known`.`status` IS NEW.`walletStatus`
		AND `known`.`error` IS NEW.`walletError`
		AND `known`.`requestedAt` IS NEW.`walletRequestedAt`
		AND `known`.`startedAt` / 1000 IS NEW.`walletCreatedAt`
		AND `known`.`completedAt` / 1000 IS NEW.`walletCompletedAt`
		AND `known`.`attempts` IS NEW.`walletAttempts`
		AND `known`.`takeovers` IS NEW.`walletTakeovers`
		AND `known`.`availableAt` IS NEW.`walletAvailableAt`
		AND `known`.`claimToken` IS NEW.`walletClaimToken`
		AND `known`.`epoch` IS NEW.`walletEpoch`
		AND `known`.`updatedAt` IS NEW.`walletUpdatedAt`
		AND `known`.`balance` IS NEW.`chocoBalance`
		AND `known`.`balanceReadAt` / 1000 IS NEW.`chocoLastSyncAt`)
BEGIN
	INSERT INTO `Wallet` (`id`, `ownerId`) SELECT NEW.`id`, NEW.`id`
	WHERE NOT EXISTS (SELECT 1 FROM `Wallet` WHERE `ownerId` = NEW.`id`);
	UPDATE `Wallet` SET `accountId` = NEW.`nearAccountId`,
		`publicKey` = NEW.`nearPublicKey`,
		`encryptedPrivateKey` = NEW.`nearPrivateKey`,
		`status` = NEW.`walletStatus`,
		`error` = NEW.`walletError`,
		`requestedAt` = NEW.`walletRequestedAt`,
		`startedAt` = CASE WHEN `startedAt` / 1000 IS NEW.`walletCreatedAt` THEN `startedAt` ELSE NEW.`walletCreatedAt` * 1000 END,
		`completedAt` = CASE WHEN `completedAt` / 1000 IS NEW.`walletCompletedAt` THEN `completedAt` ELSE NEW.`walletCompletedAt` * 1000 END,
		`attempts` = NEW.`walletAttempts`,
		`takeovers` = NEW.`walletTakeovers`,
		`availableAt` = CASE WHEN NEW.`walletAvailableAt` IS OLD.`walletAvailableAt` THEN `availableAt` ELSE NEW.`walletAvailableAt` END,
		`claimToken` = NEW.`walletClaimToken`,
		`epoch` = NEW.`walletEpoch`,
		`updatedAt` = NEW.`walletUpdatedAt`,
		`balance` = NEW.`chocoBalance`,
		`balanceReadAt` = CASE WHEN `balanceReadAt` / 1000 IS NEW.`chocoLastSyncAt` THEN `balanceReadAt` ELSE NEW.`chocoLastSyncAt` * 1000 END
	WHERE `ownerId` = NEW.`id`;
END;
