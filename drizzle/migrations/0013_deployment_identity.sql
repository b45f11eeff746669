CREATE TABLE `DeploymentIdentity` (
	`singleton` integer PRIMARY KEY NOT NULL,
	`deploymentId` text NOT NULL,
	CONSTRAINT "DeploymentIdentity_singleton_check" CHECK("singleton" = 1)
);

--> statement-breakpoint
INSERT INTO "DeploymentIdentity" ("singleton", "deploymentId")
  VALUES (1, COALESCE((SELECT "deploymentId" FROM "Deployment"), lower(hex(randomblob(16)))));
