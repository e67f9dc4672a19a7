package db

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"strings"
)

// foreignKey is one of the schema's, as its migration writes it.
type foreignKey struct{ table, columns, target, targetColumns string }

var (
	tableKey  = regexp.MustCompile(`(?i),\s*FOREIGN KEY\s*\(([^)]*)\)\s*REFERENCES\s+(\w+)\s*\(([^)]*)\)`)
	columnKey = regexp.MustCompile(`(?im)^(\s*(\w+)\s+[^,\n]*?)\s+REFERENCES\s+(\w+)\s*\(([^)]*)\)`)
	upMark    = regexp.MustCompile(`(?m)^-- \+goose Up.*$`)
)

// foreignKeys reads them from the texts of migrations: the catalog cannot tell, because there the keys are gone when it is asked.
func foreignKeys(texts []string) []foreignKey {
	var keys []foreignKey
	for _, text := range texts {
		tables := createTable.FindAllStringSubmatchIndex(text, -1)
		for i, at := range tables {
			end := len(text)
			if i+1 < len(tables) {
				end = tables[i+1][0]
			}
			table := text[at[2]:at[3]]
			keys = append(keys, keysOf(table, text[at[0]:end])...)
		}
	}
	return keys
}

// keysOf reads what a table refers to: the keys that stand on lines of their own, and those that stand with their column.
func keysOf(table, text string) (keys []foreignKey) {
	for _, m := range tableKey.FindAllStringSubmatch(text, -1) {
		keys = append(keys, foreignKey{table, oneLine(m[1]), m[2], oneLine(m[3])})
	}
	for _, m := range columnKey.FindAllStringSubmatch(tableKey.ReplaceAllString(text, ""), -1) {
		keys = append(keys, foreignKey{table, m[2], m[3], oneLine(m[4])})
	}
	return keys
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// definition is the key as pg_get_constraintdef writes it.
func (k foreignKey) definition() string {
	return fmt.Sprintf("FOREIGN KEY (%s) REFERENCES %s(%s)", k.columns, k.target, k.targetColumns)
}

// withoutForeignKeys is a folder of migrations whose tables refer to none. Their changes of distributed tables go from server to server,
// because Citus refuses several at once.
type withoutForeignKeys struct{ fs.FS }

// Open opens a file, changed.
func (w withoutForeignKeys) Open(name string) (fs.File, error) {
	f, err := w.FS.Open(name)
	if err != nil || !strings.HasSuffix(name, ".sql") {
		return f, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(f)
	if err != nil {
		return nil, err
	}
	return &changedFile{Reader: bytes.NewReader([]byte(cutForeignKeys(string(text)))), info: info}, nil
}

func cutForeignKeys(text string) string {
	text = columnKey.ReplaceAllString(tableKey.ReplaceAllString(text, ""), "$1")
	return upMark.ReplaceAllString(text, "$0\nSET LOCAL citus.multi_shard_modify_mode = 'sequential';")
}

type changedFile struct {
	*bytes.Reader
	info fs.FileInfo
}

// Stat is that of the file as it was.
func (c *changedFile) Stat() (fs.FileInfo, error) { return c.info, nil }

// Close does nothing.
func (c *changedFile) Close() error { return nil }
