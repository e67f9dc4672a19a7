package cli

import (
	"context"
	"runtime"

	"tandem/migrations"
)

type versionCommand struct{ asJSON }

// Run prints which program this is.
func (c *versionCommand) Run(_ context.Context, d *Desk) error {
	v := struct {
		Version string `json:"version"`
		Schema  int64  `json:"schema"` // of the databases it makes
		Go      string `json:"go"`
		System  string `json:"system"`
	}{d.Version, migrations.Newest(), runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH}
	return d.result(c.asJSON, v, func() { d.print(d.line()) })
}

// line is the version as people quote it.
func (d *Desk) line() string { return "tandem " + d.Version }
