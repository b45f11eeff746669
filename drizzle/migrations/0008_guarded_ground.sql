CREATE TABLE `MasterKeyCheck` (
	`version` integer PRIMARY KEY NOT NULL,
	`salt` text NOT NULL,
	`proof` text NOT NULL,
	`createdAt` integer NOT NULL
);
--> statement-breakpoint
DROP INDEX `ChainTransaction_settledAt_idx`;--> statement-breakpoint
DROP INDEX `ChainTransaction_spend_idx`;--> statement-breakpoint
ALTER TABLE `ChainTransaction` ADD `settledHeight` integer;--> statement-breakpoint
CREATE INDEX `ChainTransaction_settledHeight_idx` ON `ChainTransaction` (`settledHeight`);--> statement-breakpoint
CREATE INDEX `ChainTransaction_spending_idx` ON `ChainTransaction` (`createdAt`,`spentMicroNear`,`maxCostMicroNear`,`status`,`maxCostMicroToken`);--> statement-breakpoint
ALTER TABLE `Deployment` ADD `treasuryHeight` integer;--> statement-breakpoint
ALTER TABLE `Deployment` ADD `epoch` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `User` ADD `walletEpoch` integer;