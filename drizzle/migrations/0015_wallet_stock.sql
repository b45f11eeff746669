-- The reward of a wallet in stock is nobody's yet: no rule may ask for its user. Nothing refers to this table.
CREATE TABLE `__new_TokenTransfer` (
	`id` text PRIMARY KEY NOT NULL,
	`userId` text NOT NULL,
	`txHash` text NOT NULL,
	`amount` text NOT NULL,
	`tokenContract` text NOT NULL,
	`status` text NOT NULL,
	`purpose` text NOT NULL,
	`createdAt` integer NOT NULL
);
--> statement-breakpoint
INSERT INTO `__new_TokenTransfer`("id", "userId", "txHash", "amount", "tokenContract", "status", "purpose", "createdAt") SELECT "id", "userId", "txHash", "amount", "tokenContract", "status", "purpose", "createdAt" FROM `TokenTransfer`;--> statement-breakpoint
DROP TABLE `TokenTransfer`;--> statement-breakpoint
ALTER TABLE `__new_TokenTransfer` RENAME TO `TokenTransfer`;--> statement-breakpoint
CREATE INDEX `TokenTransfer_userId_idx` ON `TokenTransfer` (`userId`);--> statement-breakpoint
CREATE INDEX `TokenTransfer_txHash_idx` ON `TokenTransfer` (`txHash`);--> statement-breakpoint
CREATE UNIQUE INDEX `TokenTransfer_signup_reward_key` ON `TokenTransfer` (`userId`) WHERE "purpose" = 'SIGNUP_REWARD';--> statement-breakpoint
CREATE INDEX `Wallet_stock_idx` ON `Wallet` (`completedAt`) WHERE "ownerId" IS NULL;--> statement-breakpoint
-- Whoever may not be asked a wallet for may not be given one either.
CREATE TRIGGER `Wallet_taken_by_user` BEFORE UPDATE OF `ownerId` ON `Wallet`
WHEN OLD.`ownerId` IS NULL AND NEW.`ownerId` IS NOT NULL
	AND NOT EXISTS (SELECT 1 FROM `User` WHERE `id` = NEW.`ownerId` AND `deletedAt` IS NULL)
BEGIN
	SELECT RAISE(IGNORE);
END;--> statement-breakpoint
CREATE TRIGGER `Wallet_taken_event` AFTER UPDATE OF `ownerId` ON `Wallet`
WHEN OLD.`ownerId` IS NULL AND NEW.`ownerId` IS NOT NULL
BEGIN
	UPDATE `TokenTransfer` SET `userId` = NEW.`ownerId` WHERE `userId` = NEW.`id`;
	INSERT INTO `WalletEvent` (`userId`, `fromStatus`, `toStatus`, `attempt`, `errorCode`, `createdAt`)
	VALUES (NEW.`id`, OLD.`status`, NEW.`status`, NEW.`attempts`, NEW.`error`, COALESCE(NEW.`updatedAt`, unixepoch() * 1000));
END;
