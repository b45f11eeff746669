CREATE TABLE `OperatorAction` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`actor` text NOT NULL,
	`action` text NOT NULL,
	`userId` text,
	`detail` text,
	`createdAt` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `OperatorAction_userId_idx` ON `OperatorAction` (`userId`);--> statement-breakpoint
ALTER TABLE `User` ADD `language` text;--> statement-breakpoint
ALTER TABLE `User` ADD `deletedAt` integer;--> statement-breakpoint
CREATE INDEX `ChainTransaction_createdAt_idx` ON `ChainTransaction` (`createdAt`);