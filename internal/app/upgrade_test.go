package app_test

import (
	"archive/tar"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"tandem/internal/clock"
	"tandem/internal/test/dbtest"
)

const releases = root + "/testdata/releases"

// kept is a release whose database was kept.
type kept struct {
	name    string
	folder  string
	figures map[string]string // what its program said, by the name of a file
}

func everyRelease(t *testing.T) []kept {
	t.Helper()
	entries, err := os.ReadDir(releases)
	if err != nil {
		t.Fatal(err)
	}
	var all []kept
	for _, e := range entries {
		if e.IsDir() && e.Name() != "business" {
			folder := filepath.Join(releases, e.Name())
			all = append(all, kept{e.Name(), folder, figuresIn(t, filepath.Join(folder, "figures.tar.gz"))})
		}
	}
	if len(all) == 0 {
		t.Fatal("no release was kept")
	}
	return all
}

func figuresIn(t *testing.T, file string) map[string]string {
	t.Helper()
	all := map[string]string{}
	r := tar.NewReader(unpacked(t, file))
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeReg {
			all[filepath.Base(h.Name)] = string(text)
		}
	}
}

func unpacked(t *testing.T, file string) io.Reader {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestEveryReleasesDatabaseOpensAndShowsTheSameFigures(t *testing.T) {
	for _, k := range everyRelease(t) {
		t.Run(k.name, func(t *testing.T) {
			t.Run("sqlite", func(t *testing.T) {
				s := releaseShop(t)
				file, err := os.Create(strings.TrimPrefix(s.url, "sqlite:"))
				if err == nil {
					_, err = io.Copy(file, unpacked(t, filepath.Join(k.folder, "shop.db.gz")))
				}
				if err = errors.Join(err, file.Close()); err != nil {
					t.Fatal(err)
				}
				k.compare(t, s)
				if copies, _ := filepath.Glob(file.Name() + ".before-*"); len(copies) != 1 {
					t.Errorf("before it was changed %d copies of it were made", len(copies))
				}
			})
			t.Run("postgres", func(t *testing.T) {
				s := releaseShop(t)
				s.url = dbtest.URL(t, dbtest.PostgresEngine)
				s.must("restore", filepath.Join(k.folder, "backup.zip"))
				k.compare(t, s)
			})
		})
	}
}

// releaseShop is a shop of a time when every release is long past.
func releaseShop(t *testing.T) *shop {
	t.Helper()
	s := newShop(t)
	s.clock = clock.NewFake(time.Date(2036, 6, 1, 9, 0, 0, 0, time.UTC))
	return s
}

// compare asks today's program what the release's was asked. The name of a figure is the command: export_deals.csv, report_attribution_markov.json.
func (k kept) compare(t *testing.T, s *shop) {
	if len(k.figures) < 10 {
		t.Fatalf("only %d figures were kept", len(k.figures))
	}
	for name, was := range k.figures {
		var args []string
		words := strings.Split(strings.TrimSuffix(strings.TrimSuffix(name, ".csv"), ".json"), "_")
		if words[0] == "second" {
			args, words = []string{"--workspace", "second"}, words[1:]
		}
		args = append(args, words[0], words[1])
		if words[1] == "attribution" {
			args = append(args, "--conversion", "paid", "--model", words[2])
		}
		differs := differentRows
		if words[0] == "report" {
			args, differs = append(args, "--json"), differentValues
		}
		if err := differs(was, s.must(args...)); err != nil {
			t.Errorf("%s: %v", strings.Join(args, " "), err)
		}
	}
}

// differentRows says which row is not as it was. New columns are welcome, the order of columns is free; rows keep theirs.
func differentRows(was, is string) error {
	before, err := csv.NewReader(strings.NewReader(was)).ReadAll()
	if err != nil {
		return err
	}
	now, err := csv.NewReader(strings.NewReader(is)).ReadAll()
	if err != nil {
		return err
	}
	if len(before) != len(now) {
		return fmt.Errorf("%d rows, there were %d", len(now), len(before))
	}
	place := map[string]int{}
	for i, name := range now[0] {
		place[name] = i
	}
	for i, row := range before {
		for c, name := range before[0] {
			at, there := place[name]
			if !there {
				return fmt.Errorf("there is no column %s any more", name)
			}
			if now[i][at] != row[c] {
				return fmt.Errorf("%s of row %d is %q, it was %q", name, i, now[i][at], row[c])
			}
		}
	}
	return nil
}

// differentValues says which value of a report is not as it was. New ones are welcome.
func differentValues(was, is string) error {
	var before, now any
	if err := errors.Join(json.Unmarshal([]byte(was), &before), json.Unmarshal([]byte(is), &now)); err != nil {
		return err
	}
	return differentValue("", before, now)
}

func differentValue(path string, was, is any) error {
	switch was := was.(type) {
	case map[string]any:
		now, _ := is.(map[string]any)
		for name, v := range was {
			if err := differentValue(path+"."+name, v, now[name]); err != nil {
				return err
			}
		}
		return nil
	case []any:
		now, _ := is.([]any)
		if len(now) != len(was) {
			return fmt.Errorf("%s has %d entries, it had %d", path, len(now), len(was))
		}
		for i, v := range was {
			if err := differentValue(fmt.Sprintf("%s[%d]", path, i), v, now[i]); err != nil {
				return err
			}
		}
		return nil
	}
	if !reflect.DeepEqual(was, is) {
		return fmt.Errorf("%s is %v, it was %v", path, is, was)
	}
	return nil
}

func TestADifferenceOfFiguresIsFound(t *testing.T) {
	rows := "id,name\n1,Ann\n2,Bo\n"
	for is, same := range map[string]bool{rows: true, "name,new,id\nAnn,,1\nBo,,2\n": true, "id,name\n1,Ann\n": false, "id,name\n1,Ann\n2,B\n": false, "id\n1\n2\n": false} {
		if err := differentRows(rows, is); (err == nil) != same {
			t.Errorf("%q: %v", is, err)
		}
	}
	for is, same := range map[string]bool{
		`{"a":[{"b":1}],"c":null}`: true, `{"a":[{"b":1,"new":2}],"c":null,"new":[]}`: true, `{"a":[{"b":2}],"c":null}`: false, `{"a":[],"c":null}`: false, `{"c":null}`: false,
	} {
		if err := differentValues(`{"a":[{"b":1}],"c":null}`, is); (err == nil) != same {
			t.Errorf("%s: %v", is, err)
		}
	}
}

func TestEveryTagHasAKeptDatabase(t *testing.T) {
	for _, tag := range tags(t) {
		for _, name := range []string{"shop.db.gz", "backup.zip", "figures.tar.gz"} {
			if _, err := os.Stat(filepath.Join(releases, tag, name)); err != nil {
				t.Errorf("the release %s was not kept (%v): run scripts/keep-release %s", tag, err, tag)
			}
		}
	}
}

// tags are the repository's; a copy of the source without one has none.
func tags(t *testing.T) []string {
	t.Helper()
	if _, err := os.Stat(filepath.Join(root, ".git")); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	list := exec.CommandContext(t.Context(), "git", "tag", "--list")
	list.Dir = root
	out, err := list.Output()
	if err != nil {
		t.Fatalf("git tag: %v", err)
	}
	return strings.Fields(string(out))
}
