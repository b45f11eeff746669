CREATE TABLE `SealingKey` (
	`version` integer PRIMARY KEY NOT NULL,
	`publicKey` text NOT NULL,
	`createdAt` integer NOT NULL
);
