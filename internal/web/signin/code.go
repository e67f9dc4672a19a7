package signin

import (
	"net/http"

	"tandem/internal/fault"
	"tandem/internal/web/ui"
)

// Code is the form of the second step.
type Code struct {
	ui.Frame
	Next, Stay string
	Problem    string
}

var codePage = ui.MustPage[Code](files, "code.html")

func (p pages) codeForm(w http.ResponseWriter, r *ui.Request) error {
	if waits, err := p.Team.Waits(r.Context(), r.Secret()); err != nil || !waits {
		if err != nil {
			return err
		}
		return r.Go(w, "/signin")
	}
	return codePage.Render(w, r, newCode(r))
}

func newCode(r *ui.Request) Code {
	return Code{Frame: ui.Frame{Title: r.T("Second step"), Narrow: true}, Next: ui.LocalPath(r.FormValue("next")), Stay: r.FormValue("stay")}
}

func (p pages) code(w http.ResponseWriter, r *ui.Request) error {
	opened, err := p.Team.SecondStep(r.Context(), r.Secret(), r.FormValue("code"))
	switch {
	case err == nil:
		return p.in(w, r, opened, ui.LocalPath(r.FormValue("next")))
	case fault.Is(err, fault.Forbidden):
		return r.Go(w, "/signin")
	case fault.Is(err, fault.Invalid), fault.Is(err, fault.TooMany):
		again := newCode(r)
		again.Problem, _ = r.Fault(err)
		return codePage.Status(w, r, fault.Status(err), again)
	}
	return err
}
