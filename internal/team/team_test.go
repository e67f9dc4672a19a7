package team_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func TestAWorkspaceIsFoundAsItWasOpened(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := team.New(d, clock.NewFake(noon))
		opened, err := s.Create(t.Context(), team.Opening{Slug: "my-shop", Name: " My Shop ", Currency: "usd", Timezone: "Europe/Vienna", Language: "de-at"})
		if err != nil {
			t.Fatal(err)
		}
		found, err := s.BySlug(t.Context(), "my-shop")
		if err != nil || found != opened {
			t.Fatalf("found %+v, %v; opened %+v", found, err, opened)
		}
		want := team.Workspace{
			ID: found.ID, Slug: "my-shop", Name: "My Shop", Currency: "USD", Timezone: "Europe/Vienna", Language: "de-AT", CreatedAt: clock.Of(noon),
		}
		if found != want || found.ID == 0 {
			t.Errorf("found %+v, want %+v", found, want)
		}
	})
}

func TestAnEmptyStoreGetsOneDefaultWorkspaceHoweverManyBegin(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := team.New(d, clock.NewFake(noon))
		var all sync.WaitGroup
		failed := make(chan error, 8)
		for range cap(failed) {
			all.Go(func() { failed <- s.Begin(context.WithoutCancel(t.Context())) })
		}
		all.Wait()
		close(failed)
		for err := range failed {
			if err != nil {
				t.Error(err)
			}
		}
		list, err := s.All(t.Context())
		if err != nil || len(list) != 1 {
			t.Fatalf("%d workspaces, %v", len(list), err)
		}
		if w := list[0]; w.Slug != "default" || w.Currency != "EUR" || w.Timezone != "UTC" || w.Language != "en" {
			t.Errorf("the default workspace is %+v", w)
		}
	})
}

func TestASlugBelongsToOneWorkspace(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := team.New(d, clock.NewFake(noon))
		first, err := s.Create(t.Context(), team.Opening{Slug: "shop", Name: "First"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Create(t.Context(), team.Opening{Slug: "shop", Name: "Second"}); !fault.Is(err, fault.Conflict) {
			t.Errorf("the second one: %v, want a conflict", err)
		}
		if kept, err := s.BySlug(t.Context(), "shop"); err != nil || kept != first {
			t.Errorf("kept %+v, %v; want %+v", kept, err, first)
		}
	})
}

func TestWhatIsWrongWithAWorkspaceIsSaid(t *testing.T) {
	s := team.New(dbtest.SQLite(t), clock.NewFake(noon))
	for _, c := range []struct {
		name string
		o    team.Opening
		want string
	}{
		{"no slug", team.Opening{}, "short name"},
		{"capitals", team.Opening{Slug: "Shop"}, "lower-case"},
		{"a space", team.Opening{Slug: "my shop"}, "short name"},
		{"a dash at the end", team.Opening{Slug: "shop-"}, "short name"},
		{"a long slug", team.Opening{Slug: strings.Repeat("a", 64)}, "short name"},
		{"a long name", team.Opening{Slug: "a", Name: strings.Repeat("ä", 201)}, "200 characters"},
		{"a made-up currency", team.Opening{Slug: "a", Currency: "XYZ"}, "not a currency"},
		{"a made-up zone", team.Opening{Slug: "a", Timezone: "Berlin"}, "not a time zone"},
		{"the machine's zone", team.Opening{Slug: "a", Timezone: "Local"}, "not a time zone"},
		{"a made-up language", team.Opening{Slug: "a", Language: "english!"}, "not a language"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := s.Create(t.Context(), c.o)
			if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
	if list, err := s.All(t.Context()); len(list) != 0 || err != nil {
		t.Errorf("%d workspaces, %v", len(list), err)
	}
}

func TestOnlyWhatIsNamedChanges(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := team.New(d, clock.NewFake(noon))
		w, err := s.Create(t.Context(), team.Opening{Slug: "shop", Name: "Shop"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Create(t.Context(), team.Opening{Slug: "other"}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Update(t.Context(), "shop", team.Change{Timezone: "Asia/Tokyo", Currency: "jpy"}, team.Console()); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Update(t.Context(), "shop", team.Change{Name: "Mine"}, team.Actor{Role: team.Both}); !fault.Is(err, fault.Forbidden) {
			t.Errorf("somebody who may not: %v", err)
		}
		err = d.Read(t.Context(), w.ID, func(tx *db.Tx) error {
			trail, err := team.Trail(t.Context(), tx, team.Entries{}, 10)
			if len(trail) != 1 || trail[0].Entity != "workspace" || trail[0].Actor != "command line" {
				t.Errorf("the trail says %+v", trail)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
		w.Timezone, w.Currency = "Asia/Tokyo", "JPY"
		if now, err := s.BySlug(t.Context(), "shop"); err != nil || now != w {
			t.Errorf("now %+v, %v; want %+v", now, err, w)
		}
		if other, err := s.BySlug(t.Context(), "other"); err != nil || other.Currency != "EUR" {
			t.Errorf("the other one is %+v, %v", other, err)
		}
		if _, err := s.Update(t.Context(), "none", team.Change{}, team.Console()); !fault.Is(err, fault.NotFound) {
			t.Errorf("one that is not there: %v", err)
		}
	})
}

func TestACurrencyInWhichAmountsStandIsNotLeft(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		hasCosts := func(ctx context.Context, tx *db.Tx) (bool, error) {
			n, err := db.One[int](ctx, tx, `SELECT count(*) FROM journey_head WHERE workspace_id = $1`, tx.Workspace())
			return n > 0, err
		}
		s := team.New(d, clock.NewFake(noon), hasCosts)
		shop, err := s.Create(t.Context(), team.Opening{Slug: "shop"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Create(t.Context(), team.Opening{Slug: "empty"}); err != nil {
			t.Fatal(err)
		}
		err = d.Write(t.Context(), shop.ID, func(tx *db.Tx) error {
			_, err := db.Exec(t.Context(), tx, `INSERT INTO journey_head (workspace_id, seq) VALUES ($1, 1)`, shop.ID)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Update(t.Context(), "shop", team.Change{Currency: "USD", Name: "New"}, team.Console())
		if !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "stays EUR") {
			t.Errorf("error %v, want a conflict that names the currency", err)
		}
		if now, err := s.BySlug(t.Context(), "shop"); err != nil || now != shop {
			t.Errorf("now %+v, %v; want nothing changed", now, err)
		}
		if _, err := s.Update(t.Context(), "shop", team.Change{Currency: "eur", Name: "New"}, team.Console()); err != nil {
			t.Errorf("the same currency: %v", err)
		}
		if _, err := s.Update(t.Context(), "empty", team.Change{Currency: "USD"}, team.Console()); err != nil {
			t.Errorf("a workspace without amounts: %v", err)
		}
	})
}

func TestAListLongerThanAPageIsWhole(t *testing.T) {
	s := team.New(dbtest.SQLite(t), clock.NewFake(noon))
	for i := range 501 {
		if _, err := s.Create(t.Context(), team.Opening{Slug: fmt.Sprintf("w%03d", i)}); err != nil {
			t.Fatal(err)
		}
	}
	list, err := s.All(t.Context())
	if err != nil || len(list) != 501 || list[500].Slug != "w500" {
		t.Errorf("%d workspaces, %v", len(list), err)
	}
}
