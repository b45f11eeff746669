CREATE TABLE `WalletKeyExport` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`walletId` text NOT NULL,
	`createdAt` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `WalletKeyExport_walletId_idx` ON `WalletKeyExport` (`walletId`);