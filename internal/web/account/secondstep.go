package account

import (
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"

	"github.com/skip2/go-qrcode"

	"tandem/internal/fault"
	"tandem/internal/team"
	"tandem/internal/web/ui"
)

func (p pages) secondStep() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /account/second-step", Right: team.Read, Do: p.enrol},
		{Pattern: "POST /account/second-step", Right: team.Read, Do: p.confirm},
		{Pattern: "POST /account/second-step/off", Right: team.Read, Do: p.off},
		{Pattern: "POST /account/recovery", Right: team.Read, Do: p.renew},
	}
}

// Enrol is the page on which a phone learns the secret.
type Enrol struct {
	ui.Frame
	Secret  string
	Picture template.URL // a QR code
	Problem string
}

// Codes is the page that shows recovery codes, once.
type Codes struct {
	ui.Frame
	Codes []string
}

var (
	enrolPage = ui.MustPage[Enrol](files, "enrol.html")
	codesPage = ui.MustPage[Codes](files, "codes.html")
)

func (p pages) enrol(w http.ResponseWriter, r *ui.Request) error {
	return p.showEnrol(w, r, nil)
}

func (p pages) showEnrol(w http.ResponseWriter, r *ui.Request, cause error) error {
	e, err := p.Team.Enrol(r.Context(), r.Signed())
	if fault.Is(err, fault.Conflict) {
		return r.Go(w, "/account")
	}
	if err != nil {
		return err
	}
	png, err := qrcode.Encode(e.URL, qrcode.Medium, 320)
	if err != nil {
		return fmt.Errorf("draw the code: %w", err)
	}
	page := Enrol{
		Frame: p.frame(r, r.T("Set up a second step")), Secret: e.Secret,
		Picture: template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(png)),
	}
	if cause == nil {
		return enrolPage.Render(w, r, page)
	}
	page.Problem, _ = r.Fault(cause)
	return enrolPage.Status(w, r, fault.Status(cause), page)
}

func (p pages) frame(r *ui.Request, title string) ui.Frame {
	return ui.Frame{Title: title, Nav: "account", Crumbs: []ui.Crumb{{Text: r.T("Your account"), URL: "/account"}}}
}

func (p pages) confirm(w http.ResponseWriter, r *ui.Request) error {
	codes, err := p.Team.Confirm(r.Context(), r.Signed(), r.FormValue("code"))
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.TooMany) {
		return p.showEnrol(w, r, err)
	}
	if err != nil {
		return err
	}
	return p.showCodes(w, r, codes)
}

func (p pages) renew(w http.ResponseWriter, r *ui.Request) error {
	codes, err := p.Team.RenewRecovery(r.Context(), r.Signed(), r.FormValue("password"))
	if err != nil {
		return p.done(w, r, "recovery", "", err)
	}
	return p.showCodes(w, r, codes)
}

func (p pages) showCodes(w http.ResponseWriter, r *ui.Request, codes []string) error {
	return codesPage.Render(w, r, Codes{Frame: p.frame(r, r.T("Recovery codes")), Codes: codes})
}

func (p pages) off(w http.ResponseWriter, r *ui.Request) error {
	err := p.Team.DropSecondStep(r.Context(), r.Signed(), r.FormValue("password"))
	return p.done(w, r, "off", r.T("The second step is off"), err)
}
