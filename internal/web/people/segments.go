package people

import (
	"net/http"
	"net/url"

	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/people/segment"
	"tandem/internal/web/ui"
)

func queryEscape(s string) string { return url.QueryEscape(s) }

// saveSegment keeps the rule of the form under a new name.
func (p pages) saveSegment(w http.ResponseWriter, r *ui.Request) error {
	return p.keep(w, r, func(tx *db.Tx, s segment.Scope, b Builder) (segment.Segment, error) {
		return p.Segments.Save(r.Context(), tx, r.By, s, b.Name, b.rule())
	})
}

// changeSegment gives a segment the form's name and rule.
func (p pages) changeSegment(w http.ResponseWriter, r *ui.Request) error {
	of, err := r.ID("id")
	if err != nil {
		return err
	}
	return p.keep(w, r, func(tx *db.Tx, s segment.Scope, b Builder) (segment.Segment, error) {
		return p.Segments.Change(r.Context(), tx, r.By, s, of, b.Seen, b.Name, b.rule())
	})
}

// keep saves a segment; what is wrong with it is said beside the form, with what was put together still in it.
func (p pages) keep(w http.ResponseWriter, r *ui.Request, save func(*db.Tx, segment.Scope, Builder) (segment.Segment, error)) error {
	var b Builder
	var saved segment.Segment
	err := r.Write(func(tx *db.Tx) error {
		s, err := p.scope(r, tx)
		if err != nil {
			return err
		}
		if b, err = posted(r, s); err != nil {
			return err
		}
		if saved, err = save(tx, s, b); err != nil {
			return err
		}
		look := segment.Look{Columns: saved.Columns, Sort: segment.Sort(b.Sort), Up: b.Up != ""}
		if look == saved.Look {
			return nil
		}
		return p.Segments.Show(r.Context(), tx, r.By, saved.ID, look)
	})
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		b.Problem, _ = r.Fault(err)
		b.Voice = r.Voice
		if err := r.Read(func(tx *db.Tx) error {
			s, err := p.scope(r, tx)
			if err != nil {
				return err
			}
			return b.count(r, tx, s)
		}); err != nil && !fault.Is(err, fault.Invalid) {
			return err
		}
		if r.Partial() {
			return builderPart.Status(w, r, fault.Status(err), b)
		}
		return err
	}
	if err != nil {
		return err
	}
	r.Done(w, r.T("Segment %s saved", saved.Name), "")
	return r.Go(w, "/people?segment="+saved.ID.String())
}

func (p pages) removeSegment(w http.ResponseWriter, r *ui.Request) error {
	of, err := r.ID("id")
	if err != nil {
		return err
	}
	if err := r.Write(func(tx *db.Tx) error { return p.Segments.Remove(r.Context(), tx, r.By, of) }); err != nil {
		return err
	}
	r.Done(w, r.T("Segment removed"), "/segments/"+of.String()+"/restore")
	return r.Go(w, "/people")
}

// moveSegment gives a view the place of the one before it.
func (p pages) moveSegment(w http.ResponseWriter, r *ui.Request) error {
	of, err := r.ID("id")
	if err != nil {
		return err
	}
	if err := r.Write(func(tx *db.Tx) error { return p.Segments.MoveUp(r.Context(), tx, r.By, of) }); err != nil {
		return err
	}
	return r.Go(w, "/people?panel=1&segment="+of.String())
}

func (p pages) restoreSegment(w http.ResponseWriter, r *ui.Request) error {
	of, err := r.ID("id")
	if err != nil {
		return err
	}
	if err := r.Write(func(tx *db.Tx) error { return p.Segments.Restore(r.Context(), tx, r.By, of) }); err != nil {
		return err
	}
	return r.Go(w, "/people?segment="+of.String())
}
