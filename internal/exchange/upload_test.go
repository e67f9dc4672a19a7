package exchange_test

import (
	"context"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/exchange"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
	"tandem/internal/work"
)

// background does the uploads' work until there is none.
func (h *house) background() {
	h.t.Helper()
	r := work.New(h.DB, h.Clock, work.Options{Node: "a", Log: slog.New(slog.DiscardHandler)})
	h.Register(r)
	if _, err := r.Once(context.Background()); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) bring(content string) exchange.Upload {
	h.t.Helper()
	u, err := h.Bring(context.Background(), h.ws, team.Console(), exchange.Contacts, `C:\lists\people.csv`, strings.NewReader(content), exchange.Reading{})
	if err != nil {
		h.t.Fatal(err)
	}
	return u
}

// does carries out one decision about an upload.
func (h *house) does(decide func(context.Context, *db.Tx, team.Actor, id.ID) error, u exchange.Upload) error {
	return h.DB.Write(context.Background(), h.ws, func(tx *db.Tx) error { return decide(context.Background(), tx, team.Console(), u.ID) })
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) choose(as exchange.Reading) func(context.Context, *db.Tx, team.Actor, id.ID) error {
	return func(ctx context.Context, tx *db.Tx, by team.Actor, of id.ID) error {
		return h.Choose(ctx, tx, by, of, as)
	}
}

func (h *house) upload(of id.ID) (u exchange.Upload, p exchange.Progress) {
	h.t.Helper()
	h.must(h.DB.Read(context.Background(), h.ws, func(tx *db.Tx) (err error) {
		if u, err = h.UploadOf(context.Background(), tx, of); err != nil {
			return err
		}
		p, _, err = h.RunOf(context.Background(), tx, u)
		return err
	}))
	return u, p
}

func TestAnUploadIsTriedImportedAndTakenBackInTheBackground(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		before := h.state()
		u := h.bring(people(1200) + "No address,,\n")
		h.expect("name", u.File, "people.csv")
		if err := h.does(h.Start, u); !fault.Is(err, fault.Conflict) {
			t.Errorf("imported before it was tried: %v", err)
		}
		h.must(h.does(h.choose(exchange.Reading{Map: map[string]string{"name": "Naam"}}), u))
		h.background()
		tried, _ := h.upload(u.ID)
		trial, err := tried.Tried()
		h.must(err)
		h.expect("state", tried.State, exchange.Checked)
		h.expect("trial", counts(trial.Result), [4]int{1200, 0, 0, 1})
		h.same("after the trial", before, h.state())

		h.must(h.does(h.Start, u))
		h.background()
		done, run := h.upload(u.ID)
		h.expect("state", done.State, exchange.Done)
		h.expect("import", counts(run.Result), [4]int{1200, 0, 0, 1})
		h.expect("total", done.Total, 1201)
		h.expect("name of the run", run.File, "people.csv")

		h.must(h.does(h.TakeBack, u))
		h.background()
		undone, _ := h.upload(u.ID)
		h.expect("state", undone.State, exchange.TakenBack)
		h.expect("kept", undone.Kept, 0)
		h.same("after the undo", before, h.state())
		if err := h.does(h.TakeBack, u); !fault.Is(err, fault.Conflict) {
			t.Errorf("taken back twice: %v", err)
		}
	})
}

func TestAnImportInTheBackgroundStopsBetweenBatchesAndGoesOn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		u := h.bring(people(1200))
		h.must(h.does(h.choose(exchange.Reading{}), u))
		h.background()
		h.must(h.does(h.Start, u))
		h.must(h.does(h.Cancel, u))
		h.background()
		stopped, _ := h.upload(u.ID)
		h.expect("state", stopped.State, exchange.Stopped)
		h.expect("people", h.count("SELECT count(*) FROM contact WHERE workspace_id = $1"), 0)

		h.must(h.does(h.Start, u))
		h.background()
		_, run := h.upload(u.ID)
		h.expect("import", counts(run.Result), [4]int{1200, 0, 0, 0})
	})
}

func TestWhatIsWrongWithAFileIsSaidByItsName(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		for content, says := range map[string]string{
			"\x89PNG\r\n\x1a\n": "is a picture", "": "is empty", "PK\x03\x04junk": "no workbook", "a,b\n1,2\n3,x\x00y\n4,5\n": "NUL",
		} {
			_, err := h.Bring(t.Context(), h.ws, team.Console(), exchange.Contacts, "people.csv", strings.NewReader(content), exchange.Reading{})
			if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), "people.csv") || strings.Contains(err.Error(), h.dir) {
				t.Errorf("%q: %v", content, err)
			}
		}
		u := h.bring("Date,E-mail,Created At\nx,a@x.example,01/02/2026\n")
		h.must(h.does(h.choose(exchange.Reading{}), u))
		h.background()
		failed, _ := h.upload(u.ID)
		h.expect("state", failed.State, exchange.Failed)
		if why := failed.Refused().Error(); !strings.Contains(why, "people.csv:2") || !strings.Contains(why, "several days") {
			t.Errorf("the problem is %q", why)
		}
		h.must(h.does(h.choose(exchange.Reading{DateFormat: "DD/MM/YYYY"}), u))
		h.background()
		checked, _ := h.upload(u.ID)
		h.expect("state", checked.State, exchange.Checked)
	})
}

func TestAnUploadsFileIsRemovedWhenNobodyNeedsIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		one := h.bring(people(3))
		path := h.Files.Path(h.ws, one.Content)
		h.must(h.does(h.choose(exchange.Reading{}), one))
		h.background()
		h.must(h.does(h.Start, one))
		h.background()
		h.Clock.(*clock.Fake).Add(time.Hour)
		h.bring(people(3))
		h.Clock.(*clock.Fake).Add(29 * 24 * time.Hour)
		h.background()
		if _, err := os.Stat(path); err != nil {
			t.Errorf("removed too early: %v", err)
		}
		h.Clock.(*clock.Fake).Add(24*time.Hour + time.Second)
		h.background()
		if _, err := os.Stat(path); !os.IsNotExist(err) {
			t.Errorf("still there: %v", err)
		}
	})
}

func TestAnImportAtTheCommandLineIsSeenOnThePagesToo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		r := h.takes(exchange.Contacts, people(3), exchange.Options{})
		var all []exchange.Upload
		h.must(d.Read(t.Context(), h.ws, func(tx *db.Tx) (err error) {
			all, err = h.Uploads(t.Context(), tx, 0, 10)
			return err
		}))
		if len(all) != 1 || all[0].ImportID != r.ImportID || all[0].State != exchange.Done {
			t.Fatalf("uploads %+v", all)
		}
		if _, err := h.Undo(t.Context(), h.ws, team.Console(), r.ImportID); err != nil {
			t.Fatal(err)
		}
		undone, _ := h.upload(all[0].ID)
		h.expect("state", undone.State, exchange.TakenBack)
	})
}
