// Package migrations holds the schema: one file a change, one text for every engine, applied in the order of their numbers and never edited
// once released. What the text may use is fixed by the conformance suite of internal/db.
package migrations

import (
	"embed"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// FS holds the migration files.
//
//go:embed *.sql
var FS embed.FS

// Newest is the number of the last migration.
func Newest() int64 {
	all := files()
	number, _, _ := strings.Cut(all[len(all)-1], "_")
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		panic("migrations: a file's name begins with its number: " + err.Error())
	}
	return n
}

// Texts are the migrations in their order.
func Texts() []string {
	var texts []string
	for _, name := range files() {
		b, err := fs.ReadFile(FS, name)
		if err != nil {
			panic("migrations: " + err.Error())
		}
		texts = append(texts, string(b))
	}
	return texts
}

func files() []string {
	all, err := fs.Glob(FS, "*.sql")
	if err != nil {
		panic("migrations: " + err.Error())
	}
	slices.SortFunc(all, func(a, b string) int { return strings.Compare(path.Base(a), path.Base(b)) })
	return all
}
