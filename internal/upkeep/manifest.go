package upkeep

import (
	"strings"
	"time"
)

// Format is the number of the archive's form; a program reads its own and older ones.
const Format = 1

const (
	manifestName = "manifest.json"
	tablesFolder = "tables/"
	tableSuffix  = ".jsonl"
)

// Manifest says what an archive holds.
type Manifest struct {
	Format  int               `json:"format"`
	Schema  int64             `json:"schema"` // the number of the last migration
	Created time.Time         `json:"created"`
	Engine  string            `json:"engine"` // where it came from, for people
	Tables  []TableManifest   `json:"tables"`
	LeftOut map[string]string `json:"left_out"` // tables that are not in it, with the reason
}

// TableManifest is one table of an archive.
type TableManifest struct {
	Name    string   `json:"name"`
	Columns []string `json:"columns"`
	Rows    int64    `json:"rows"`
	Bytes   int64    `json:"bytes"`   // of its file, uncompressed
	SHA256  string   `json:"sha256"`  // of its file, uncompressed
	Content string   `json:"content"` // of its rows in any order: the sum of their SHA-256
}

// Rows is how many rows the archive holds.
func (m Manifest) Rows() int64 {
	var n int64
	for _, t := range m.Tables {
		n += t.Rows
	}
	return n
}

func entryName(table string) string { return tablesFolder + table + tableSuffix }

// selectAll reads every column there is, so that one that no migration declares is noticed and not left behind.
func selectAll(t *table) string { return "SELECT * FROM " + t.name + onlyMoving(t, " WHERE ") }

// onlyMoving is the condition that leaves out what speaks of one store alone.
func onlyMoving(t *table, before string) string {
	if t.name != noteTable {
		return ""
	}
	return before + "name NOT IN ('" + strings.Join(ownNotes(), "', '") + "')"
}
