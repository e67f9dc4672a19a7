package settings

import (
	"strings"
	"testing"

	"github.com/pquerna/otp/totp"

	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/people/contact"
	"tandem/internal/sales/payment"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
	"tandem/internal/web/webtest"
)

func TestTemplates(t *testing.T) {
	webtest.Templates(t, businessPage, pipelinesPage, fieldsPage, usersPage, tokensPage, workPage, auditPage)
}

func TestSettingsAreForOwnersAndManagers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := webtest.New(t, d, Routes)
		owner, sales := s.As(t, team.Owner), s.As(t, team.Sales)
		form := func(name, country string) []string {
			return []string{"name", name, "currency", "EUR", "timezone", "Europe/Brussels", "language", "en", "country", country, "vat_id", "BE 0123.456.789"}
		}
		owner.Post("/settings", form("Alder & Sons", "be")...).Is(200).Says("Settings saved", "Alder & Sons")
		if v := webtest.TextOf(owner.Open("/settings").One("[name=country] option[selected]")); v != "Belgium" {
			t.Errorf("the country is %q", v)
		}
		owner.Post("/settings", form("x", "Atlantis")...).Is(422).Says("is not a country")
		wrong := form("x", "BE")
		wrong[len(wrong)-1] = "BE0123"
		owner.Post("/settings", wrong...).Is(422).Says("write it like BE0123456789").One("[name=currency] option[value=EUR][selected]")
		owner.Post("/settings", form("", "BE")...).Is(200) // "" leaves the name
		sales.Open("/settings").Is(200).Says("Owners and managers may change this.")
		sales.Post("/settings", form("Mine", "BE")...).Is(403)
		owner.Post("/settings/pipelines", "name", "Families").Is(200).Says("Families").One("input[value=Negotiation]")
		owner.Post("/settings/pipelines", "name", "FAMILIES").Is(409).Says("already")
		add := owner.Open("/settings/pipelines").All("form[action$='/stages']")
		owner.Post(webtest.Attr(add[0], "action"), "name", "Test ride", "status", "open").Is(200).Says("6 stages")
		owner.Post(webtest.Attr(add[0], "action"), "name", "x", "status", "maybe").Is(422)
		owner.Post("/settings/fields", "name", "Bikes", "entity", "contact", "type", "number").Is(200).Says("Field added").One("input[value=Bikes]")
		owner.Post("/settings/fields", "name", "bikes", "entity", "contact", "type", "text").Is(409)
		bikes := webtest.Attr(owner.Open("/settings/fields").One("form:has(input[value=Bikes])"), "action")
		owner.Post(bikes, "name", "Bikes at home").Is(200).One("input[value='Bikes at home']")
		sales.Post(bikes, "name", "x").Is(403)
		first := webtest.Attr(owner.Open("/settings/pipelines").One("form.line:has(input[value='Test ride'])"), "action")
		owner.Post(first+"/move", "to", "up").Is(200)
		sales.Post(first + "/remove").Is(403)
		owner.Post(first + "/remove").Is(200).Says("5 stages")
		owner.Post(first + "/remove").Is(404)
		sales.Post("/settings/fields", "name", "x", "entity", "contact", "type", "text").Is(403)
		owner.Open("/settings/work").Is(200)
		owner.Open("/settings/audit").Is(200).Says("Alder & Sons", "Added a pipeline: Families", "Renamed a field: Bikes at home")
		sales.Open("/settings/audit").Is(403)
	})
}

func TestTheTrailSaysInWordsWhoChangedWhatAndIsNarrowedDown(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := webtest.New(t, d, Routes)
		owner, tom := s.As(t, team.Owner), id.New()
		ann := contact.Form{Name: "Ann <b>Verbeke", City: "Gent", Tags: []string{"bikes"}}
		var of id.ID
		s.Write(t, func(tx *db.Tx) (err error) {
			by := team.Actor{User: s.Owner.ID, Name: "Mara Claes", Role: team.Owner, Via: team.API}
			if of, err = s.Contacts.Create(t.Context(), tx, by, ann, "BE", false); err != nil {
				return err
			}
			c, err := s.Contacts.Contact(t.Context(), tx, of)
			if err != nil {
				return err
			}
			ann.City = "Brugge"
			if _, err = s.Contacts.Change(t.Context(), tx, by, of, c.UpdatedAt, ann, "BE"); err != nil {
				return err
			}
			_, err = s.Payments.Take(t.Context(), tx, by, c.UpdatedAt, payment.Row{Key: "first", Has: payment.HasContact, Contact: of, At: c.UpdatedAt - 1, Amount: 2500_50, Currency: "EUR"})
			return err
		})
		owner.Post("/settings", "name", "Alder & Sons", "currency", "EUR", "timezone", "Europe/Brussels", "language", "en").Is(200)
		page := owner.Open("/settings/audit").Is(200).Says("Added a person: Ann <b>Verbeke", "Changed a person", "Town: Gent → Brugge", "Amount: €2,500.50", "a program", "Changed the settings", "Name:")
		if to := webtest.Attr(page.One("td.said:contains('Changed a person') a"), "href"); to != "/people/"+of.String() {
			t.Errorf("a change of a person opens %q", to)
		}
		owner.Open("/settings/audit?what=people").Is(200).Says("Changed a person").Hides("Changed the settings")
		owner.Open("/settings/audit?what=settings").Is(200).Says("Changed the settings").Hides("Changed a person")
		owner.Open("/settings/audit?who=" + tom.String()).Is(200).Hides("Changed a person")
		owner.Open("/settings/audit?from=2030-01-01").Is(200).Says("Nothing like that was done.")
		owner.Open("/settings/audit?from=tomorrow").Is(422)
		owner.Open("/settings/audit?what=secrets").Is(404)
		owner.Open("/settings/audit?before=x").Is(404)
	})
}

func TestTheLastOwnerStaysAndOnlyOwnersMakeOwners(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := webtest.New(t, d, Routes)
		owner, manager := s.As(t, team.Owner), s.As(t, team.Manager)
		mara := "/settings/users/" + s.Owner.ID.String()
		owner.Post(mara+"/role", "role", "viewer").Is(409).Says("at least one owner")
		owner.Post(mara + "/remove").Is(409)
		manager.Post(mara+"/role", "role", "viewer").Is(403)
		manager.Post(mara + "/reset").Is(403)
		manager.Post("/settings/users", "email", "new@x.example", "role", "owner").Is(403)
		manager.Post("/settings/users", "email", "no address", "role", "sales").Is(422)
		made := manager.Post("/settings/users", "email", "new@x.example", "role", "sales").Is(200).Says("Give this link", "Invitation for new@x.example")
		secret := strings.TrimPrefix(webtest.TextOf(made.One(".notice .num")), "/invitation/")
		new_ := team.NewUser{Name: "New One", Email: "new@x.example", Password: webtest.Password}
		if err := s.Team.Accept(t.Context(), secret, new_, "192.0.2.1"); err != nil {
			t.Fatal(err)
		}
		if err := s.Team.Accept(t.Context(), secret, new_, "192.0.2.1"); err == nil {
			t.Error("an invitation worked twice")
		}
		owner.Open("/settings/users").Is(200).Says("New One").Hides("Invitation for")
		s.As(t, team.Sales).Open("/settings/users").Is(200).Says("New One").Hides("Make an invitation")
	})
}

func TestAManagerIsNotOfferedWhatOnlyAnOwnerMayDo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := webtest.New(t, d, Routes)
		manager, owner := s.As(t, team.Manager), s.As(t, team.Owner)
		page := manager.Open("/settings/users").Is(200)
		if n := len(page.All("option[value=owner]")); n != 0 {
			t.Errorf("a manager may choose owner %d times", n)
		}
		if n := len(page.All("form[action*='" + s.Owner.ID.String() + "']")); n != 0 {
			t.Errorf("a manager has %d forms for the owner", n)
		}
		if len(owner.Open("/settings/users").All("option[value=owner]")) != 3 {
			t.Error("an owner may make nobody an owner")
		}
		manager.Post("/settings/users/"+s.Owner.ID.String()+"/reset").Is(403).Says("Only an owner may change an owner", "Invite somebody")
	})
}

func TestWhoIsGoneStandsInTheTrailByName(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := webtest.New(t, d, Routes)
		owner, gone := s.As(t, team.Owner), s.Hire(t, s.Workspace.ID, team.Sales)
		at := "/settings/users/" + gone.ID.String()
		owner.Post(at+"/role", "role", "both").Is(200)
		owner.Post(at + "/remove").Is(200)
		made := owner.Post("/settings/users", "email", "new@x.example", "role", "sales").Is(200)
		owner.Post(webtest.Attr(made.One("form[action^='/settings/links']"), "action")).Is(200)
		made = owner.Post("/settings/tokens", "name", "Shop", "scope", "read", "days", "90").Is(200)
		owner.Post(webtest.Attr(made.One("form[action$='/revoke']"), "action")).Is(200)
		owner.Open("/settings/audit").Is(200).Says("Changed a role: A sales", "Before: sales · Now: marketing and sales", "Removed a user: A sales",
			"Took an invitation back: new@x.example", "Made a token: Shop", "May: read everything", "Ended a token: Shop")
		owner.Open("/settings/audit?who="+gone.ID.String()).Is(200).Says("A sales, who is gone", "Nothing like that was done.")
	})
}

func TestALostSecondStepIsSwitchedOffByWhoManagesUsers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := webtest.New(t, d, Routes)
		owner, sales := s.As(t, team.Owner), s.As(t, team.Sales)
		who, err := s.Team.Resume(t.Context(), s.Enter(t, "sales@aldercycles.example"))
		if err != nil {
			t.Fatal(err)
		}
		e, err := s.Team.Enrol(t.Context(), who)
		if err != nil {
			t.Fatal(err)
		}
		code, err := totp.GenerateCode(e.Secret, s.Clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		if who, err = s.Team.Resume(t.Context(), s.Enter(t, "sales@aldercycles.example")); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Team.Confirm(t.Context(), who, code); err != nil {
			t.Fatal(err)
		}
		off := webtest.Attr(owner.Open("/settings/users").One("form[action$='/second-step']"), "action")
		sales.Post(off).Is(403)
		owner.Post(off).Is(200).Says("Their second step is off")
		if opened, err := s.Team.SignIn(t.Context(), team.Credentials{Email: "sales@aldercycles.example", Password: webtest.Password}); err != nil || opened.Waits {
			t.Errorf("still asked for a code: %v", err)
		}
		owner.Open("/settings/audit").Says("Switched the second step off")
	})
}

func TestATokenActsWithinItsRightsUntilItIsRevoked(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := webtest.New(t, d, Routes)
		sales := s.As(t, team.Sales)
		sales.Post("/settings/tokens", "name", "Shop").Is(422).Says("at least one")
		sales.Post("/settings/tokens", "name", "Shop", "scope", "manage_users").Is(422)
		made := sales.Post("/settings/tokens", "name", "Shop", "scope", "read", "scope", "write_people", "days", "90").Is(200).Says("shown only now", "write people")
		text := webtest.TextOf(made.One(".notice .num"))
		who, err := s.Team.Bearer(t.Context(), text)
		if err != nil || who.Workspace.ID != s.Workspace.ID || !who.Actor.May(team.WritePeople) || who.Actor.May(team.WriteSales) {
			t.Errorf("acts as %+v, %v", who.Actor, err)
		}
		sales.Open("/settings/tokens").Hides(text)
		s.As(t, team.Viewer).Open("/settings/tokens").Hides("Shop")
		revoke := webtest.Attr(s.As(t, team.Owner).Open("/settings/tokens").One("form[action$='/revoke']"), "action")
		s.As(t, team.Marketing).Post(revoke).Is(404)
		sales.Post(revoke).Is(200).Says("works no more")
		if _, err := s.Team.Bearer(t.Context(), text); err == nil {
			t.Error("a revoked token works")
		}
		s.Clock.Add(0)
	})
}
