package imports

import (
	"strings"

	"tandem/internal/db"
	"tandem/internal/exchange"
	"tandem/internal/journey"
	"tandem/internal/journey/channel"
	"tandem/internal/people/contact"
	"tandem/internal/sales/deal"
	"tandem/internal/sales/payment"
	"tandem/internal/team"
	"tandem/internal/web/ui"
)

// Given is a field that every row of a file may be given the same value of.
type Given struct {
	Name, Text, Value string
	Shown             string   // the value as people say it
	Problem           string   // why the trial could not take it
	Choices           []Choice // all that it can be; none if it is typed
	Known             []Choice // of what can be typed, what others have typed before
	Needed            bool     // nothing in the file says it
	Day               bool     // it is a day
}

// knownCampaigns is how many campaigns are offered.
const knownCampaigns = 200

// forAll is what a form gives every row.
func forAll(r *ui.Request, k exchange.Kind) map[string]string {
	set := map[string]string{}
	for _, name := range exchange.ForAll(k) {
		value := strings.TrimSpace(r.PostFormValue("s." + name))
		if name == "currency" {
			value = strings.ToUpper(value)
		}
		if value != "" {
			set[name] = value
		}
	}
	return set
}

// given are the fields that can be given to every row, with what is chosen.
func (p pages) given(r *ui.Request, page *One) error {
	around, err := p.around(r)
	if err != nil {
		return err
	}
	for _, name := range exchange.ForAll(page.U.Kind) {
		g := Given{Name: name, Text: page.W.Field(page.U.Kind, name), Value: page.As.Set[name], Day: name == "from" || name == "to"}
		if g.Needed = name == "currency" && page.Seen.Currency; g.Needed {
			g.Value = string(r.Workspace.Currency)
		}
		g.offer(page.W, page.U.Kind, around)
		g.Problem = page.refused(name)
		page.Given = append(page.Given, g)
	}
	return nil
}

// around is what others have typed: who is in the team, and what money was spent on.
type around struct {
	team      []team.Member
	campaigns []string
	currency  string
}

func (p pages) around(r *ui.Request) (a around, err error) {
	if a.team, err = p.Team.Members(r.Context(), r.Workspace.ID); err != nil {
		return a, err
	}
	a.currency = string(r.Workspace.Currency)
	err = r.Read(func(tx *db.Tx) error {
		a.campaigns, err = p.Ledger.Campaigns(r.Context(), tx, knownCampaigns)
		return err
	})
	return a, err
}

// offer gives a field the values that are known.
func (g *Given) offer(w Words, k exchange.Kind, a around) {
	g.Shown = g.Value
	if g.Choices = w.values(k, g.Name); g.Choices == nil {
		g.Known = w.known(g.Name, a)
		return
	}
	g.Choices = append([]Choice{{Text: w.T("as the file says")}}, g.Choices...)
	for i := range g.Choices {
		if c := &g.Choices[i]; c.ID == g.Value {
			c.Chosen, g.Shown = true, c.Text
		}
	}
}

// values are all that a field can be; nil if it is anything that people type.
func (w Words) values(k exchange.Kind, name string) []Choice {
	var all []Choice
	switch {
	case name == "lifecycle":
		for _, l := range contact.Lifecycles() {
			all = append(all, Choice{ID: string(l), Text: w.Stage(l)})
		}
	case name == "status":
		all = []Choice{{ID: string(deal.Open), Text: w.T("Open")}, {ID: string(deal.Won), Text: w.T("Won")}, {ID: string(deal.Lost), Text: w.T("Lost")}}
	case name == "side":
		all = []Choice{{ID: string(journey.Marketing), Text: w.T("Marketing")}, {ID: string(journey.Sales), Text: w.T("Sales")}}
	case name == "consent_email":
		all = []Choice{{ID: "yes", Text: w.T("yes")}, {ID: "no", Text: w.T("no")}}
	case name == "kind" && k == exchange.Payments:
		all = []Choice{{ID: string(payment.Paid), Text: w.T("Paid")}, {ID: string(payment.Refunded), Text: w.T("Money given back")}}
	}
	return all
}

// known are values of a field that others have typed, or that have a meaning.
func (w Words) known(name string, a around) []Choice {
	var all []Choice
	switch name {
	case "owner":
		for _, m := range a.team {
			all = append(all, Choice{ID: m.Name, Text: w.Role(m.Role)})
		}
	case "campaign":
		for _, c := range a.campaigns {
			all = append(all, Choice{ID: c})
		}
	case "channel":
		for _, c := range channel.All() {
			all = append(all, Choice{ID: c, Text: w.Channel(c)})
		}
	case "currency":
		all = []Choice{{ID: a.currency}}
	case "kind":
		for _, k := range []string{journey.Event, journey.Call, journey.Meeting, journey.Visit, journey.FormSubmitted, journey.AdClick, journey.Recommendation, journey.PressMention} {
			all = append(all, Choice{ID: k, Text: w.Voice.Kind(k)})
		}
	}
	return all
}

// refused is why the trial could not take what every row is given, "" if it could.
func (o One) refused(name string) string {
	if o.As.Set[name] == "" || o.Trial == nil {
		return ""
	}
	for _, one := range o.Trial.Problems {
		if one.Column == name {
			return o.W.Why(one)
		}
	}
	return ""
}
