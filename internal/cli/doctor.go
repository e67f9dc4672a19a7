package cli

import (
	"context"

	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/upkeep"
)

type doctorCommand struct{ asJSON }

// finding is what one check found, as scripts read it.
type finding struct {
	Name  string       `json:"name"`
	State upkeep.State `json:"state"`
	Says  string       `json:"says"`
	Mend  string       `json:"mend,omitempty"`
}

// Run checks the database, the disk, the clock and the rights; it changes nothing. It fails if something is bad.
func (c *doctorCommand) Run(ctx context.Context, d *Desk) error {
	var all []finding
	bad := 0
	sealed := func(ctx context.Context, store *db.DB) (int, error) { return d.House(store).Team.Sealed(ctx) }
	for _, f := range upkeep.Examine(ctx, d.url(), d.Clock, sealed) {
		one := finding{Name: f.Name, State: f.State, Says: d.say.Text(f.Says.Format, f.Says.Args...)}
		if f.Mend != nil {
			one.Mend = d.say.Text(f.Mend.Format, f.Mend.Args...)
		}
		if f.State == upkeep.Bad {
			bad++
		}
		all = append(all, one)
	}
	err := d.result(c.asJSON, all, func() {
		for _, f := range all {
			line := string(f.State) + "\t" + f.Name + ": " + f.Says
			if f.Mend != "" {
				line += "; " + f.Mend
			}
			d.print(line)
		}
	})
	if err == nil && bad > 0 {
		err = fault.Unavailablef("%d checks found something that has to be mended", bad)
	}
	return err
}
