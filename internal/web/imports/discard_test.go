package imports

import (
	"os"
	"testing"

	"tandem/internal/db"
	"tandem/internal/exchange"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
)

func TestAFileIsDiscardedAsLongAsNothingOfItWasImported(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v := visit(t, d, team.Sales)
		at := v.tried("name,email\nAnn,ann@x.example\n")
		v.Open(at).Is(200).Says("Discard the file", "Use another file")
		viewer := v.site.As(t, team.Viewer)
		viewer.Open(at).Is(200).Hides("Discard the file")
		viewer.Post(at + "/discard").Is(403)
		kept := content(v)
		v.Post(at+"/discard").Is(200).Says("The file is gone", "Nothing was imported yet")
		if _, err := os.Stat(v.site.Exchange.Files.Path(v.site.Workspace.ID, kept)); !os.IsNotExist(err) {
			t.Errorf("the file is still kept (%v)", err)
		}
		v.Open(at).Is(404)
		v.Post(at + "/discard").Is(404)
		at = v.tried("name,email\nAnn,ann@x.example\n")
		v.Post(at+"/columns", append([]string{"import", "1"}, named...)...).Is(200)
		v.Post(at + "/discard").Is(409)
		v.works()
		v.Open(at).Is(200).Says("1 of 1 rows").Hides("Discard the file")
		v.Post(at + "/discard").Is(409)
	})
}

// content is the hash of the newest file.
func content(v visitor) (hash string) {
	v.t.Helper()
	err := v.site.DB.Read(v.t.Context(), v.site.Workspace.ID, func(tx *db.Tx) error {
		all, err := v.site.Exchange.Uploads(v.t.Context(), tx, 0, 1)
		if err == nil {
			hash = all[0].Content
		}
		return err
	})
	if err != nil || hash == "" {
		v.t.Fatalf("no file is kept (%v)", err)
	}
	return hash
}

func TestAFileWhoseFirstRowsAreKnownIsImportedAllTheSame(t *testing.T) {
	part, whole := One{Trial: &exchange.Trial{All: exchange.TrialRows + 1}}, One{Trial: &exchange.Trial{All: 3}}
	part.Trial.Rows, whole.Trial.Rows = exchange.TrialRows, 3
	if part.Idle() || !whole.Idle() {
		t.Errorf("idle: in part %v, whole %v", part.Idle(), whole.Idle())
	}
}
