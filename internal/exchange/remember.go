package exchange

import (
	"context"
	"fmt"
	"slices"

	"tandem/internal/db"
)

// rememberedFiles is how many of the newest imports of a kind are asked how a file is to be read.
const rememberedFiles = 20

// remembered is how an upload is to be read: as the newest import whose file had the same columns, if somebody said then what they are.
func remembered(ctx context.Context, tx *db.Tx, u Upload, seen Preview) (Reading, error) {
	as, err := u.As()
	if err != nil || len(as.Columns) > 0 {
		return as, err
	}
	earlier, err := db.All[Upload](ctx, tx, `SELECT `+uploadColumns+` FROM upload
		WHERE workspace_id = $1 AND kind = $2 AND import_id IS NOT NULL ORDER BY id DESC LIMIT $3`, tx.Workspace(), u.Kind, rememberedFiles)
	if err != nil {
		return as, fmt.Errorf("look how such files were read: %w", err)
	}
	columns := seen.names()
	if n := len(columns); n > 0 && columns[n-1] == WhatIsWrong {
		columns = columns[:n-1]
	}
	for i := range earlier {
		then, err := earlier[i].As()
		if err != nil {
			return as, err
		}
		if len(then.Columns) > 0 && slices.Equal(then.Columns, columns) {
			as.Like, as.Columns, as.Map, as.Set = earlier[i].File, then.Columns, then.Map, then.Set
			as.DateFormat, as.Decimal = then.DateFormat, then.Decimal
			return as, nil
		}
	}
	return as, nil
}

// names are the columns as Options.Map names them.
func (p *Preview) names() []string {
	names := make([]string, len(p.Columns))
	for i, c := range p.Columns {
		names[i] = c.Name
	}
	return names
}
