CREATE TABLE "SealingKey" (
	"version" bigint PRIMARY KEY NOT NULL,
	"publicKey" text COLLATE "C" NOT NULL,
	"createdAt" bigint NOT NULL
);
