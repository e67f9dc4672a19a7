package upkeep

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/test/dbtest"
	"tandem/migrations"
)

// unpacked is an archive taken apart, to be changed and put together again.
type unpacked struct {
	manifest Manifest
	files    map[string][]byte
	extra    []string // names of further, empty files
}

func unpack(t *testing.T, file string) *unpacked {
	t.Helper()
	z, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	u := &unpacked{files: map[string][]byte{}}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if u.files[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := json.Unmarshal(u.files[manifestName], &u.manifest); err != nil {
		t.Fatal(err)
	}
	delete(u.files, manifestName)
	return u
}

func (u *unpacked) table(name string) *TableManifest {
	for i := range u.manifest.Tables {
		if u.manifest.Tables[i].Name == name {
			return &u.manifest.Tables[i]
		}
	}
	return nil
}

// replace puts a line in the place of a table's first, with counts and hashes to match: what remains wrong is the line.
func (u *unpacked) replace(name, line string) {
	_, rest, _ := strings.Cut(string(u.files[entryName(name)]), "\n")
	u.set(name, line+"\n"+rest)
}

func (u *unpacked) set(name, all string) {
	u.files[entryName(name)] = []byte(all)
	says := u.table(name)
	var c content
	for line := range strings.SplitAfterSeq(all, "\n") {
		if line != "" {
			c.add([]byte(line))
		}
	}
	hash := sha256.Sum256([]byte(all))
	says.Rows, says.Bytes, says.SHA256, says.Content = c.rows, int64(len(all)), hex.EncodeToString(hash[:]), c.String()
}

func (u *unpacked) pack(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	add := func(name string, content []byte) {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, content := range u.files {
		add(name, content)
	}
	m, err := json.Marshal(u.manifest)
	if err != nil {
		t.Fatal(err)
	}
	add(manifestName, m)
	for _, name := range u.extra {
		add(name, nil)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "changed")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestADamagedOrHostileArchiveIsRefusedBeforeAnythingIsWritten(t *testing.T) {
	source := dbtest.SQLite(t)
	fill(t, source, 4)
	good := backup(t, source)

	for name, c := range map[string]struct {
		change func(*unpacked)
		says   string
	}{
		"a table is missing": {func(u *unpacked) {
			delete(u.files, "tables/deal.jsonl")
		}, "tables"},
		"a table is missing in file and manifest": {func(u *unpacked) {
			delete(u.files, "tables/deal.jsonl")
			u.table("deal").Name = "nothing"
			u.extra = []string{"tables/nothing.jsonl"}
		}, "deal is missing"},
		"a file that climbs out":        {func(u *unpacked) { u.extra = []string{"../../etc/cron.d/evil"} }, "files"},
		"a file under an absolute name": {func(u *unpacked) { u.extra = []string{"/etc/passwd"} }, "files"},
		"a file twice":                  {func(u *unpacked) { u.extra = []string{"tables/deal.jsonl"} }, "twice"},
		"a column nobody knows":         {func(u *unpacked) { u.table("deal").Columns[3] = "name = '' --" }, "columns"},
		"a table nobody knows":          {func(u *unpacked) { u.table("deal").Name = "deal; DROP TABLE deal" }, "deal is missing"},
		"a newer schema":                {func(u *unpacked) { u.manifest.Schema = migrations.Newest() + 1 }, "newer"},
		"a newer format":                {func(u *unpacked) { u.manifest.Format = Format + 1 }, "newer"},
		"no format":                     {func(u *unpacked) { u.manifest.Format = 0 }, "format"},
		"fewer rows than it says":       {func(u *unpacked) { u.table("deal").Rows++ }, "manifest"},
		"more rows than it says":        {func(u *unpacked) { u.table("deal").Rows-- }, "more than"},
		"another size":                  {func(u *unpacked) { u.table("deal").Bytes++ }, "size"},
		"another hash":                  {func(u *unpacked) { u.table("deal").SHA256 = strings.Repeat("0", 64) }, "manifest"},
		"another content":               {func(u *unpacked) { u.table("deal").Content = strings.Repeat("0", 64) }, "manifest"},
		"no row":                        {func(u *unpacked) { u.replace("follower", "hello") }, "no row"},
		"a row that is cut off":         {func(u *unpacked) { u.set("follower", `[1,"a",`) }, "does not end"},
		"too few values":                {func(u *unpacked) { u.replace("follower", `[1,"a"]`) }, "fewer"},
		"too many values":               {func(u *unpacked) { u.replace("follower", `[1,"a",2,3]`) }, "more"},
		"a text for a number":           {func(u *unpacked) { u.replace("follower", `[1,"a","2"]`) }, "seq"},
		"a number too large":            {func(u *unpacked) { u.replace("follower", `[1,"a",9223372036854775808]`) }, "seq"},
		"a number for a text":           {func(u *unpacked) { u.replace("follower", `[1,2,3]`) }, "name"},
		"nothing where must be":         {func(u *unpacked) { u.replace("follower", `[1,null,3]`) }, "must have"},
		"a NUL in a text":               {func(u *unpacked) { u.replace("follower", "[1,\"a\\u0000\",3]") }, "NUL"},
		"a text outside UTF-8":          {func(u *unpacked) { u.replace("follower", "[1,\"a\xff\",3]") }, "UTF-8"},
		"a text that does not end":      {func(u *unpacked) { u.replace("follower", `[1,"a\",3]`) }, "end"},
		"a billion zeros":               {func(u *unpacked) { u.set("follower", strings.Repeat("\x00", 50<<20)) }, "no row"},
	} {
		t.Run(name, func(t *testing.T) {
			u := unpack(t, good)
			c.change(u)
			refused(t, u.pack(t), c.says)
		})
	}
}

func refused(t *testing.T, file, says string) {
	t.Helper()
	d := open(t, dbtest.SQLiteEngine)
	_, err := Restore(t.Context(), d, fake(), file)
	if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), says) {
		t.Errorf("the restore said %v, which should speak of %q", err, says)
	}
	if v, err := d.Version(t.Context()); err != nil || v.Current != 0 {
		t.Errorf("the database was written to: schema %d, %v", v.Current, err)
	}
}

func TestAFileThatIsCutOffOrChangedIsRefused(t *testing.T) {
	source := dbtest.SQLite(t)
	fill(t, source, 4)
	b, err := os.ReadFile(backup(t, source))
	if err != nil {
		t.Fatal(err)
	}
	write := func(b []byte) string {
		file := filepath.Join(t.TempDir(), "b")
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	for _, part := range []int{0, 1, len(b) / 2, len(b) - 1} {
		refused(t, write(b[:part]), "no whole zip file")
	}
	// a bit anywhere is noticed or is not in anything that is read
	noticed := 0
	for at := 40; at < len(b); at += 997 {
		changed := bytes.Clone(b)
		changed[at] ^= 1
		d := open(t, dbtest.SQLiteEngine)
		if _, err := Restore(t.Context(), d, fake(), write(changed)); err == nil {
			same(t, dump(t, source), dump(t, d))
			continue
		}
		noticed++
		if v, err := d.Version(t.Context()); err != nil || v.Current != 0 {
			t.Errorf("with byte %d changed the database was written to: schema %d, %v", at, v.Current, err)
		}
	}
	if noticed == 0 {
		t.Error("no change was noticed")
	}
}

func TestFilesThatLieOverOneAnotherAreRefused(t *testing.T) {
	source := dbtest.SQLite(t)
	file := backup(t, source)
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	// the directory's entry for the first table says it is as long as half of all there is, twice over
	directory := bytes.Index(b, []byte("PK\x01\x02"))
	for range 3 {
		size := uint32(len(b) / 2)
		copy(b[directory+20:], []byte{byte(size), byte(size >> 8), byte(size >> 16), byte(size >> 24)})
		directory += 4 + bytes.Index(b[directory+4:], []byte("PK\x01\x02"))
	}
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, file, "more room")
}

func TestARowThatRefersToNothingLeavesADatabaseThatSaysSo(t *testing.T) {
	source := dbtest.SQLite(t)
	fill(t, source, 4)
	u := unpack(t, backup(t, source))
	u.set("company", "")
	file := u.pack(t)
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			d := open(t, engine)
			if _, err := Restore(t.Context(), d, fake(), file); err == nil || !strings.Contains(err.Error(), "company_email") {
				t.Errorf("the restore said %v", err)
			}
			if err := Unfinished(t.Context(), d); !fault.Is(err, fault.Conflict) {
				t.Errorf("the database says %v", err)
			}
		})
	}
}

func TestThereIsNoBackupOfNothingAndNoRestoreFromNothing(t *testing.T) {
	d := open(t, dbtest.SQLiteEngine)
	file := filepath.Join(t.TempDir(), "b")
	if _, err := Backup(t.Context(), d, fake(), file); !fault.Is(err, fault.NotFound) {
		t.Errorf("a backup of an empty database says %v", err)
	}
	nothingLeft(t, file)
	if _, err := Restore(t.Context(), d, fake(), file); !fault.Is(err, fault.NotFound) {
		t.Errorf("a restore without a file says %v", err)
	}
	if _, err := Backup(t.Context(), dbtest.SQLite(t), fake(), filepath.Join(t.TempDir(), "no", "b")); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a backup into no folder says %v", err)
	}
}

func TestARowWithoutEndIsNotReadToItsEnd(t *testing.T) {
	r := bufio.NewReaderSize(io.MultiReader(strings.NewReader("["), endless{}), 1<<10)
	if line, err := readLine(r, nil, 1<<16); err == nil || len(line) > 1<<17 {
		t.Errorf("%d bytes were read, %v", len(line), err)
	}
}

type endless struct{}

func (endless) Read(b []byte) (int, error) { return copy(b, bytes.Repeat([]byte("1"), len(b))), nil }

// FuzzARow: whatever a line holds, it is refused or it is a row that is written the same way again.
func FuzzARow(f *testing.F) {
	all := &table{name: "t", columns: []column{{"i", integer, true}, {"t", text, true}, {"b", boolean, true}, {"d", double, true}, {"r", raw, true}}}
	for _, line := range []string{
		`[1,"a",true,1.5,"AAE="]`, `[null,null,null,null,null]`, `[-9223372036854775808,"\u0001\"\\",false,"+Inf",""]`, `[1,"a",true,1e400,"="]`, `[`, ``,
	} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		values, err := readRow(line, all)
		if err != nil {
			return
		}
		again, err := appendRow(nil, all, []int{0, 1, 2, 3, 4}, cellsOf(values))
		if err != nil {
			t.Fatalf("%q was read as %v, which cannot be written: %v", line, values, err)
		}
		twice, err := readRow(bytes.TrimSuffix(again, []byte("\n")), all)
		if err != nil {
			t.Fatalf("%q was written as %q, which cannot be read: %v", line, again, err)
		}
		once, _ := appendRow(nil, all, []int{0, 1, 2, 3, 4}, cellsOf(twice))
		if !bytes.Equal(once, again) {
			t.Fatalf("%q, then %q", again, once)
		}
	})
}

func cellsOf(values []any) db.Cells {
	cells := make(db.Cells, len(values))
	for i, v := range values {
		cells[i] = v
	}
	return cells
}

func TestACancelledBackupLeavesNothing(t *testing.T) {
	d := dbtest.SQLite(t)
	fill(t, d, 3)
	file := filepath.Join(t.TempDir(), "b")
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := Backup(ctx, d, fake(), file); !errors.Is(err, context.Canceled) {
		t.Errorf("the backup said %v", err)
	}
	nothingLeft(t, file)
}
