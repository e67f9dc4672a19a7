package exchange

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/money"
	"tandem/internal/team"
)

// UploadState is how far a file that somebody brought has come.
type UploadState string

// The states. A file is brought, its columns are chosen, it is tried, it is imported; an import may be stopped between batches and taken back.
const (
	Brought   UploadState = "brought"   // its columns are to be chosen
	Checking  UploadState = "checking"  // the trial runs
	Checked   UploadState = "checked"   // the trial is there to be read
	Importing UploadState = "importing" // in the background
	Stopping  UploadState = "stopping"  // somebody wants the import to stop
	Stopped   UploadState = "stopped"   // the rows so far are in
	Done      UploadState = "done"
	Failed    UploadState = "failed" // Problem says why
	Undoing   UploadState = "undoing"
	TakenBack UploadState = "undone"
)

// Upload is a file that somebody brought to import. An import at the command line leaves one as well, without content.
type Upload struct {
	ID        id.ID        `db:"id"`
	Kind      Kind         `db:"kind"`
	File      string       `db:"file"`
	Content   string       `db:"content"` // the hash under which the file is kept, "" when it is gone
	Size      int64        `db:"size"`
	State     UploadState  `db:"state"`
	Reading   string       `db:"reading"` // JSON of Reading
	Trial     string       `db:"trial"`   // JSON of Trial, "" before it was tried
	Problem   string       `db:"problem"` // why the file could not be taken, as Refused reads it
	Total     int          `db:"total"`   // rows in the file, 0 until they are counted
	Kept      int          `db:"kept"`    // records that an undo left
	ImportID  id.ID        `db:"import_id,null"`
	MadeBy    string       `db:"made_by"` // JSON of the actor
	CreatedAt clock.Micros `db:"created_at"`
	ChangedAt clock.Micros `db:"changed_at"`
}

const uploadColumns = `id, kind, file, content, size, state, reading, trial, problem, total, kept, import_id, made_by, created_at, changed_at`

// Reading is how somebody wants their file read: the Options of an import, as far as a page asks for them.
type Reading struct {
	Like       string            `json:"like,omitempty"`    // the earlier file whose reading this is
	Columns    []string          `json:"columns,omitempty"` // of the file that this was said about
	Map        map[string]string `json:"map,omitempty"`
	Set        map[string]string `json:"set,omitempty"`
	DateFormat string            `json:"date_format,omitempty"`
	Decimal    string            `json:"decimal,omitempty"`
	Overwrite  bool              `json:"overwrite,omitempty"`
	Sheet      string            `json:"sheet,omitempty"`
	Charset    string            `json:"charset,omitempty"`
	Right      Corrections       `json:"right,omitempty"`
	Out        []int             `json:"out,omitempty"`
	Zone       string            `json:"zone,omitempty"`
	Base       money.Currency    `json:"base,omitempty"`
	Region     string            `json:"region,omitempty"`
}

// Same reports whether a file read either way is read alike.
func (r Reading) Same(other Reading) bool {
	r.Like, other.Like = "", ""
	return asJSON(r) == asJSON(other)
}

// MaxUpload is how large a file may be that is brought by a browser, in bytes.
const MaxUpload = 200 << 20

// Held is a file that was stored and looked at, and is no upload yet.
type Held struct {
	Upload
	seen Preview
}

// Hold stores a file that somebody wants to import. One that is no table is refused, and not kept. as says where in the world the workspace is.
// Take makes an upload of it, Drop lets it go.
func (s *Service) Hold(ctx context.Context, ws id.Workspace, by team.Actor, kind Kind, name string, from io.Reader, as Reading) (Held, error) {
	if err := mayImport(by, kind); err != nil {
		return Held{}, err
	}
	kept, err := s.Files.Keep(ws, from, MaxUpload)
	if err != nil {
		return Held{}, err
	}
	now := clock.Of(s.Clock.Now())
	u := Upload{
		ID: id.New(), Kind: kind, File: shownName(name), Content: kept.Hash, Size: kept.Size, State: Brought,
		Reading: asJSON(as), MadeBy: asJSON(by), CreatedAt: now, ChangedAt: now,
	}
	seen, err := s.LookAt(ctx, ws, u)
	if err != nil {
		return Held{}, errors.Join(err, s.forget(ctx, ws, u.Content))
	}
	return Held{u, seen}, nil
}

// Take makes an upload of a file. The same file, brought again while it waits, is the upload that waits: a form sent twice makes one import. A file
// with the columns of one that was imported is read as that one was.
func (s *Service) Take(ctx context.Context, tx *db.Tx, by team.Actor, h Held) (Upload, error) {
	u := h.Upload
	if err := mayImport(by, u.Kind); err != nil {
		return u, err
	}
	waits, found, err := waiting(ctx, tx, u)
	if err != nil || found {
		return waits, err
	}
	as, err := remembered(ctx, tx, u, h.seen)
	if err != nil {
		return u, err
	}
	u.Reading = asJSON(as)
	if err := db.Insert(ctx, tx, "upload", u); err != nil {
		return u, err
	}
	return u, team.Note(ctx, tx, by, u.CreatedAt, u.deed("bring"))
}

// Drop lets a file go that no upload was made of.
func (s *Service) Drop(ctx context.Context, ws id.Workspace, h Held) error {
	return s.forget(ctx, ws, h.Content)
}

// Bring is Hold and Take.
func (s *Service) Bring(ctx context.Context, ws id.Workspace, by team.Actor, kind Kind, name string, from io.Reader, as Reading) (Upload, error) {
	h, err := s.Hold(ctx, ws, by, kind, name, from, as)
	if err != nil {
		return Upload{}, err
	}
	var brought Upload
	err = s.DB.Write(ctx, ws, func(tx *db.Tx) (err error) {
		brought, err = s.Take(ctx, tx, by, h)
		return err
	})
	return brought, err
}

// waiting is the upload of the same file that waits to be tried or imported.
func waiting(ctx context.Context, tx *db.Tx, u Upload) (Upload, bool, error) {
	return db.Maybe[Upload](ctx, tx, `SELECT `+uploadColumns+` FROM upload
		WHERE workspace_id = $1 AND kind = $2 AND file = $3 AND content = $4 AND state IN ($5, $6, $7) ORDER BY id DESC LIMIT 1`,
		tx.Workspace(), u.Kind, u.File, u.Content, Brought, Checking, Checked)
}

// forget removes the content that no upload holds.
func (s *Service) forget(ctx context.Context, ws id.Workspace, content string) error {
	used := true
	err := s.DB.Read(ctx, ws, func(tx *db.Tx) (err error) {
		used, err = contentUsed(ctx, tx, content)
		return err
	})
	if err != nil || used {
		return err
	}
	return s.Files.Remove(ws, content)
}

func contentUsed(ctx context.Context, tx *db.Tx, content string) (bool, error) {
	n, err := db.One[int](ctx, tx, "SELECT count(*) FROM upload WHERE workspace_id = $1 AND content = $2", tx.Workspace(), content)
	return n > 0, err
}

// shownName is a file's name without the folders that some browsers send, at most 200 characters.
func shownName(name string) string {
	name = strings.ToValidUTF8(strings.ReplaceAll(filepath.Base(strings.ReplaceAll(name, `\`, "/")), "\x00", ""), "")
	if r := []rune(name); len(r) > 200 {
		name = string(r[:200])
	}
	if name == "" || name == "." || name == "/" {
		return "file"
	}
	return name
}

func asJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic("exchange: what is kept of an upload always becomes JSON: " + err.Error())
	}
	return string(b)
}

// As is how the file is to be read.
func (u *Upload) As() (Reading, error) {
	var r Reading
	if err := json.Unmarshal([]byte(u.Reading), &r); err != nil {
		return r, fmt.Errorf("read how an upload is to be read: %w", err)
	}
	return r, nil
}

// By is who brought the file, or last decided about it.
func (u *Upload) By() (team.Actor, error) {
	var by team.Actor
	if err := json.Unmarshal([]byte(u.MadeBy), &by); err != nil {
		return by, fmt.Errorf("read who brought an upload: %w", err)
	}
	return by, nil
}

// Tried is what the trial found; nil if there was none.
func (u *Upload) Tried() (*Trial, error) {
	if u.Trial == "" {
		return nil, nil
	}
	var kept keptTrial
	if err := json.Unmarshal([]byte(u.Trial), &kept); err != nil {
		return nil, fmt.Errorf("read an upload's trial: %w", err)
	}
	kept.Trial.Problems = problemsOf(kept.Problems)
	return &kept.Trial, nil
}

// Busy reports whether something is being done with the file at this moment.
func (u *Upload) Busy() bool {
	return u.State == Checking || u.State == Importing || u.State == Stopping || u.State == Undoing
}

// options are the import's, for the kept file.
func (u *Upload) options() (Options, error) {
	r, err := u.As()
	if err != nil {
		return Options{}, err
	}
	zone, err := time.LoadLocation(r.Zone)
	if err != nil {
		return Options{}, fault.Invalidf("%q is no time zone", r.Zone)
	}
	return Options{
		Map: r.Map, Set: r.Set, DateFormat: r.DateFormat, Decimal: r.Decimal, Overwrite: r.Overwrite, Sheet: r.Sheet, Charset: r.Charset, Right: r.Right, Out: r.Out,
		Zone: zone, Base: r.Base, Region: r.Region, Name: u.File,
	}, nil
}

// LookAt is the preview of an upload as it is to be read. What is wrong with the file is said without the path under which it is kept.
func (s *Service) LookAt(ctx context.Context, ws id.Workspace, u Upload) (Preview, error) {
	o, err := u.options()
	if err != nil {
		return Preview{}, err
	}
	p, err := Look(ctx, u.Kind, s.Files.Path(ws, u.Content), o)
	return p, u.named(err, s.Files.Path(ws, u.Content))
}

// LookAs is the preview of an upload as it could be read.
func (s *Service) LookAs(ctx context.Context, ws id.Workspace, u Upload, as Reading) (Preview, error) {
	u.Reading = asJSON(as)
	return s.LookAt(ctx, ws, u)
}
