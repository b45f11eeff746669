CREATE TABLE "DeploymentIdentity" (
	"singleton" bigint PRIMARY KEY NOT NULL,
	"deploymentId" text COLLATE "C" NOT NULL,
	CONSTRAINT "DeploymentIdentity_singleton_check" CHECK ("singleton" = 1)
);
INSERT INTO "DeploymentIdentity" ("singleton", "deploymentId")
VALUES (1, COALESCE((SELECT "deploymentId" FROM "Deployment"), replace(CAST(gen_random_uuid() AS text), '-', '')));
