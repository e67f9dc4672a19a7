// Package upkeep backs a whole store up, restores it, and examines it. It knows no business: only tables, rows and files.
//
// A backup is one archive for every engine, so that a business moves from SQLite to PostgreSQL, and back, by backup and restore: a zip
// file with manifest.json (what is in it, as counts and hashes) and tables/NAME.jsonl, one row a line, a JSON array in the order of the
// manifest's columns. Integers are exact, bytes are base64. It is written from one snapshot while others write, and read row by row, so
// that memory does not grow with the business. What can be made again is left out; the manifest says what and why.
//
// A backup appears under its name complete or not at all. An archive is checked from end to end before its first row is written. A restore
// goes into an empty database only; interrupted, it leaves a database that says so (Unfinished) and that can be restored again; at its end
// every row is read back and compared with what the archive holds.
//
// Examine is what tandem doctor asks: what is wrong, and the mend.
package upkeep

// leftOut are the tables that a backup does not hold, with the reason.
func leftOut() map[string]string {
	return map[string]string{
		"goose_db_version": "the schema's number stands in this manifest",
		"ready":            "hints at work that is due; a sweep finds them again",
		"feed_chunk":       "a cache that reports fill again from the journey",
	}
}

// ownNotes are the names in store_note that speak of one store alone and do not move to another.
func ownNotes() []string {
	return []string{noteRestoring, noteBackup, noteRestored}
}
