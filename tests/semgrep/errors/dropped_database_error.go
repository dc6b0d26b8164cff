package store

func dropped(db *sql.DB, tx *sql.Tx, rows *sql.Rows) {
	// ruleid: dropped-database-error-go
	db.QueryRow("SELECT 1").Scan(&one)
	// ruleid: dropped-database-error-go-blank
	_ = db.QueryRowContext(ctx, "SELECT 1").Scan(&one)
	// ruleid: dropped-database-error-go-statement
	db.Exec("UPDATE plans SET price = 1")
	// ruleid: dropped-database-error-go-statement
	db.Exec("DROP INDEX one_per_owner")
	for rows.Next() {
		// ruleid: dropped-database-error-go-statement
		rows.Scan(&one)
	}
	// ruleid: dropped-database-error-go-statement
	tx.Commit()
}

func taken(db *sql.DB, tx *sql.Tx, rows *sql.Rows) error {
	// ok: dropped-database-error-go
	if err := db.QueryRow("SELECT 1").Scan(&one); err != nil {
		return err
	}
	// ok: dropped-database-error-go-statement
	if _, err := db.Exec("UPDATE plans SET price = 1"); err != nil {
		return err
	}
	// ok: dropped-database-error-go-statement
	err := rows.Scan(&one)
	// ok: dropped-database-error-go-statement
	must(db.Exec("UPDATE plans SET price = 1"))
	// ok: dropped-database-error-go-statement
	if err := orm.DB.Exec("UPDATE plans SET price = 1").Error; err != nil {
		return err
	}
	// ok: dropped-database-error-go-statement
	db.Exec("SET unique_checks=0;")
	// ok: dropped-database-error-go-statement
	db.Exec(`DO $$ BEGIN
		CREATE UNIQUE INDEX one_per_user ON rooms (owner_id);
	EXCEPTION WHEN others THEN NULL;
	END $$`)
	// ok: dropped-database-error-go-statement
	db.Exec("DROP INDEX IF EXISTS one_per_owner")
	// ok: dropped-database-error-go-statement
	return tx.Commit()
}
