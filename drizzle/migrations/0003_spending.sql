DROP INDEX `ChainTransaction_createdAt_idx`;--> statement-breakpoint
ALTER TABLE `ChainTransaction` ADD `valueMicroNear` integer;--> statement-breakpoint
ALTER TABLE `ChainTransaction` ADD `spentMicroNear` integer;--> statement-breakpoint
CREATE INDEX `ChainTransaction_spend_idx` ON `ChainTransaction` (`createdAt`,`spentMicroNear`,`maxCostMicroNear`);--> statement-breakpoint
ALTER TABLE `Deployment` ADD `runwayWallets` integer;--> statement-breakpoint
ALTER TABLE `Deployment` ADD `reconciledAt` integer;