CREATE TABLE `bars` (
	`symbol` varchar(191) NOT NULL,
	`timeframe` varchar(64) NOT NULL,
	`at` bigint NOT NULL,
	`open` double NOT NULL,
	`high` double NOT NULL,
	`low` double NOT NULL,
	`close` double NOT NULL,
	`volume` double NOT NULL,
	CONSTRAINT `bars_symbol_timeframe_at_pk` PRIMARY KEY(`symbol`,`timeframe`,`at`)
);
--> statement-breakpoint
CREATE TABLE `decisions` (
	`run` varchar(64) NOT NULL,
	`seq` bigint NOT NULL,
	`nth` bigint NOT NULL,
	`symbol` varchar(191) NOT NULL,
	`at` bigint NOT NULL,
	`text` longtext NOT NULL,
	CONSTRAINT `decisions_run_seq_nth_pk` PRIMARY KEY(`run`,`seq`,`nth`)
);
--> statement-breakpoint
CREATE TABLE `equity` (
	`run` varchar(64) NOT NULL,
	`seq` bigint NOT NULL,
	`at` bigint NOT NULL,
	`equity` decimal(28,9) NOT NULL,
	`cash` decimal(28,9) NOT NULL,
	CONSTRAINT `equity_run_seq_pk` PRIMARY KEY(`run`,`seq`)
);
--> statement-breakpoint
CREATE TABLE `fills` (
	`run` varchar(64) NOT NULL,
	`execution_id` varchar(191) NOT NULL,
	`seq` bigint NOT NULL,
	`order_id` varchar(191) NOT NULL,
	`symbol` varchar(191) NOT NULL,
	`side` varchar(191) NOT NULL,
	`quantity` decimal(28,9) NOT NULL,
	`price` decimal(28,9) NOT NULL,
	`at` bigint NOT NULL,
	CONSTRAINT `fills_run_execution_id_pk` PRIMARY KEY(`run`,`execution_id`)
);
--> statement-breakpoint
CREATE TABLE `halts` (
	`run` varchar(64) NOT NULL,
	`seq` bigint NOT NULL,
	`at` bigint NOT NULL,
	`kind` varchar(191) NOT NULL,
	`level` varchar(191),
	`who` longtext NOT NULL,
	`reason` longtext NOT NULL,
	CONSTRAINT `halts_run_seq_pk` PRIMARY KEY(`run`,`seq`)
);
--> statement-breakpoint
CREATE TABLE `journal` (
	`run` varchar(64) NOT NULL,
	`seq` bigint NOT NULL,
	`at` bigint NOT NULL,
	`kind` varchar(191) NOT NULL,
	`text` longtext NOT NULL,
	`hash` varchar(64) NOT NULL,
	CONSTRAINT `journal_run_seq_pk` PRIMARY KEY(`run`,`seq`)
);
--> statement-breakpoint
CREATE TABLE `orders` (
	`run` varchar(64) NOT NULL,
	`id` varchar(191) NOT NULL,
	`seq` bigint NOT NULL,
	`nth` bigint NOT NULL,
	`symbol` varchar(191) NOT NULL,
	`status` varchar(191) NOT NULL,
	`open` bigint NOT NULL,
	`broker_id` varchar(191),
	`quantity` decimal(28,9) NOT NULL,
	`filled` decimal(28,9) NOT NULL,
	`filled_notional` decimal(28,9) NOT NULL,
	`updated_at` bigint NOT NULL,
	`text` longtext NOT NULL,
	CONSTRAINT `orders_run_id_pk` PRIMARY KEY(`run`,`id`)
);
--> statement-breakpoint
CREATE TABLE `runs` (
	`id` varchar(64) NOT NULL,
	`mode` varchar(191) NOT NULL,
	`account` varchar(191) NOT NULL,
	`created_at` bigint NOT NULL,
	CONSTRAINT `runs_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `signals` (
	`run` varchar(64) NOT NULL,
	`seq` bigint NOT NULL,
	`nth` bigint NOT NULL,
	`symbol` varchar(191) NOT NULL,
	`deployment` varchar(191) NOT NULL,
	`at` bigint NOT NULL,
	`text` longtext NOT NULL,
	CONSTRAINT `signals_run_seq_nth_pk` PRIMARY KEY(`run`,`seq`,`nth`)
);
--> statement-breakpoint
CREATE TABLE `snapshots` (
	`run` varchar(64) NOT NULL,
	`seq` bigint NOT NULL,
	`text` longtext NOT NULL,
	CONSTRAINT `snapshots_run_seq_pk` PRIMARY KEY(`run`,`seq`)
);
--> statement-breakpoint
CREATE INDEX `decisions_by_symbol` ON `decisions` (`run`,`symbol`,`seq`);--> statement-breakpoint
CREATE INDEX `fills_by_seq` ON `fills` (`run`,`seq`);--> statement-breakpoint
CREATE INDEX `orders_by_seq` ON `orders` (`run`,`seq`);--> statement-breakpoint
CREATE INDEX `orders_by_open` ON `orders` (`run`,`open`,`seq`);--> statement-breakpoint
CREATE INDEX `signals_by_symbol` ON `signals` (`run`,`symbol`,`seq`);