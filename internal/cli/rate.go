package cli

import (
	"context"
	"strings"

	"tandem/internal/db"
	"tandem/internal/ledger"
	"tandem/internal/money"
	"tandem/internal/team"
)

type rateCommand struct {
	Set  rateSet  `cmd:"" name:"set" help:"Write down what the workspace's currency was worth on a day."`
	List rateList `cmd:"" name:"list" help:"List the exchange rates, by day."`
}

type rateSet struct {
	Currency string `arg:"" help:"The other currency, such as USD."`
	Day      string `arg:"" help:"The day, as YYYY-MM-DD."`
	Rate     string `arg:"" help:"How many units of it one unit of the workspace's currency was worth, such as 1.0823."`
	asJSON
}

// Run writes the rate down; a second one for the day replaces the first.
func (c *rateSet) Run(ctx context.Context, s *Session) error {
	r := ledger.Rate{
		Base: s.Workspace.Currency, Currency: money.Currency(strings.ToUpper(c.Currency)), Day: c.Day, Rate: c.Rate,
	}
	if err := s.write(ctx, func(tx *db.Tx) error { return s.Ledger.Quote(ctx, tx, team.Console(), r) }); err != nil {
		return err
	}
	return s.result(c.asJSON, printedRate(r), func() {
		s.print(s.say.Text("on %s 1 %s was %s %s", r.Day, string(r.Base), r.Rate, string(r.Currency)))
	})
}

// printedRate is an exchange rate as scripts read it: one unit of base is rate units of currency.
type printedRate struct {
	Base     money.Currency `json:"base"`
	Currency money.Currency `json:"currency"`
	Day      string         `json:"day"`
	Rate     string         `json:"rate"`
}

type rateList struct{ asJSON }

// Run prints every rate that was typed or imported.
func (c *rateList) Run(ctx context.Context, s *Session) error {
	var list []printedRate
	err := s.read(ctx, func(tx *db.Tx) error {
		list = []printedRate{}
		return s.Ledger.EachRate(ctx, tx, func(r *ledger.Rate) { list = append(list, printedRate(*r)) })
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return s.json(list)
	}
	t := table{columns: []column{
		{title: s.say.Text("day")},
		{title: s.say.Text("one unit of")},
		{title: s.say.Text("was worth"), number: true},
		{title: s.say.Text("units of")},
	}}
	for _, r := range list {
		t.rows = append(t.rows, []string{r.Day, string(r.Base), r.Rate, string(r.Currency)})
	}
	return t.write(s.out)
}
