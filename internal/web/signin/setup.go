package signin

import (
	"net/http"
	"strings"

	"tandem/internal/fault"
	"tandem/internal/money"
	"tandem/internal/team"
	"tandem/internal/web/ui"
)

// SetUp is the form of the first run.
type SetUp struct {
	ui.Frame
	Business, Timezone string
	Currency           money.Currency
	Name, Email        string
	Currencies         []money.Currency
	Problem            string
}

var setUpPage = ui.MustPage[SetUp](files, "setup.html")

func (p pages) setupForm(w http.ResponseWriter, r *ui.Request) error {
	empty, err := p.Team.Empty(r.Context())
	if err != nil {
		return err
	}
	if !empty {
		return fault.NotFoundf("Tandem is set up already")
	}
	return setUpPage.Render(w, r, newSetUp(r))
}

func newSetUp(r *ui.Request) SetUp {
	return SetUp{
		Frame: ui.Frame{Title: r.T("Set up Tandem"), Narrow: true}, Business: r.FormValue("business"), Name: r.FormValue("name"), Email: r.FormValue("email"),
		Currency: money.Currency(or(r.FormValue("currency"), "EUR")), Timezone: or(r.FormValue("timezone"), "Europe/Brussels"),
		Currencies: money.Currencies(),
	}
}

func or(said, otherwise string) string {
	if said = strings.TrimSpace(said); said == "" {
		return otherwise
	}
	return said
}

func (p pages) setUp(w http.ResponseWriter, r *ui.Request) error {
	_, err := p.Team.SetUp(r.Context(),
		team.NewUser{Name: r.FormValue("name"), Email: r.FormValue("email"), Password: r.FormValue("password")},
		team.Change{Name: r.FormValue("business"), Currency: money.Currency(r.FormValue("currency")), Timezone: r.FormValue("timezone")})
	if fault.Is(err, fault.Invalid) {
		again := newSetUp(r)
		again.Problem, _ = r.Fault(err)
		return setUpPage.Status(w, r, http.StatusUnprocessableEntity, again)
	}
	if err != nil {
		return err
	}
	return p.signIn(w, r)
}
