CREATE TABLE `bars` (
	`symbol` text NOT NULL,
	`timeframe` text NOT NULL,
	`at` integer NOT NULL,
	`open` real NOT NULL,
	`high` real NOT NULL,
	`low` real NOT NULL,
	`close` real NOT NULL,
	`volume` real NOT NULL,
	PRIMARY KEY(`symbol`, `timeframe`, `at`)
);
--> statement-breakpoint
CREATE TABLE `decisions` (
	`run` text NOT NULL,
	`seq` integer NOT NULL,
	`nth` integer NOT NULL,
	`symbol` text NOT NULL,
	`at` integer NOT NULL,
	`text` text NOT NULL,
	PRIMARY KEY(`run`, `seq`, `nth`)
);
--> statement-breakpoint
CREATE INDEX `decisions_by_symbol` ON `decisions` (`run`,`symbol`,`seq`);--> statement-breakpoint
CREATE TABLE `equity` (
	`run` text NOT NULL,
	`seq` integer NOT NULL,
	`at` integer NOT NULL,
	`equity` text NOT NULL,
	`cash` text NOT NULL,
	PRIMARY KEY(`run`, `seq`)
);
--> statement-breakpoint
CREATE TABLE `fills` (
	`run` text NOT NULL,
	`execution_id` text NOT NULL,
	`seq` integer NOT NULL,
	`order_id` text NOT NULL,
	`symbol` text NOT NULL,
	`side` text NOT NULL,
	`quantity` text NOT NULL,
	`price` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`run`, `execution_id`)
);
--> statement-breakpoint
CREATE INDEX `fills_by_seq` ON `fills` (`run`,`seq`);--> statement-breakpoint
CREATE TABLE `halts` (
	`run` text NOT NULL,
	`seq` integer NOT NULL,
	`at` integer NOT NULL,
	`kind` text NOT NULL,
	`level` text,
	`who` text NOT NULL,
	`reason` text NOT NULL,
	PRIMARY KEY(`run`, `seq`)
);
--> statement-breakpoint
CREATE TABLE `journal` (
	`run` text NOT NULL,
	`seq` integer NOT NULL,
	`at` integer NOT NULL,
	`kind` text NOT NULL,
	`text` text NOT NULL,
	`hash` text NOT NULL,
	PRIMARY KEY(`run`, `seq`)
);
--> statement-breakpoint
CREATE TABLE `orders` (
	`run` text NOT NULL,
	`id` text NOT NULL,
	`seq` integer NOT NULL,
	`nth` integer NOT NULL,
	`symbol` text NOT NULL,
	`status` text NOT NULL,
	`open` integer NOT NULL,
	`broker_id` text,
	`quantity` text NOT NULL,
	`filled` text NOT NULL,
	`filled_notional` text NOT NULL,
	`updated_at` integer NOT NULL,
	`text` text NOT NULL,
	PRIMARY KEY(`run`, `id`)
);
--> statement-breakpoint
CREATE INDEX `orders_by_seq` ON `orders` (`run`,`seq`);--> statement-breakpoint
CREATE INDEX `orders_by_open` ON `orders` (`run`,`open`,`seq`);--> statement-breakpoint
CREATE TABLE `runs` (
	`id` text PRIMARY KEY NOT NULL,
	`mode` text NOT NULL,
	`account` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `signals` (
	`run` text NOT NULL,
	`seq` integer NOT NULL,
	`nth` integer NOT NULL,
	`symbol` text NOT NULL,
	`deployment` text NOT NULL,
	`at` integer NOT NULL,
	`text` text NOT NULL,
	PRIMARY KEY(`run`, `seq`, `nth`)
);
--> statement-breakpoint
CREATE INDEX `signals_by_symbol` ON `signals` (`run`,`symbol`,`seq`);--> statement-breakpoint
CREATE TABLE `snapshots` (
	`run` text NOT NULL,
	`seq` integer NOT NULL,
	`text` text NOT NULL,
	PRIMARY KEY(`run`, `seq`)
);
