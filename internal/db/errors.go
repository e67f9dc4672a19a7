package db

// IsConflict reports whether err says that a unique key is taken.
func (d *DB) IsConflict(err error) bool { return d.engine.conflict(err) }

// IsConflict reports whether err says that a unique key is taken.
func (t *Tx) IsConflict(err error) bool { return t.db.engine.conflict(err) }
