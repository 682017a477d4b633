"""The configuration in SQL, on SQLite and on PostgreSQL."""
