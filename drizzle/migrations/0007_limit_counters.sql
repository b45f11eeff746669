CREATE TABLE `LimitCounter` (
	`key` text PRIMARY KEY NOT NULL,
	`count` integer NOT NULL,
	`most` integer NOT NULL,
	`endsAt` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `LimitCounter_endsAt_idx` ON `LimitCounter` (`endsAt`);