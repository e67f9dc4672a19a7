package cli

import (
	"context"
	"strconv"

	"tandem/internal/clock"
	"tandem/internal/exchange/value"
	"tandem/internal/fault"
	"tandem/internal/insight/report"
)

type reportCommand struct {
	Name       string  `arg:"" help:"funnel, cycle, attribution, sources, campaigns, cohorts or quality."`
	From       string  `name:"from" placeholder:"DAY" help:"First day, as YYYY-MM-DD, in the workspace's time zone."`
	To         string  `name:"to" placeholder:"DAY" help:"Last day, included."`
	By         string  `name:"by" placeholder:"KEY" help:"Group by channel, source, medium, campaign, page, owner, month or field.NAME."`
	Model      string  `name:"model" default:"linear" placeholder:"MODEL" help:"first, last, last-non-direct, linear, u-shaped, w-shaped, time-decay, markov or shapley."`
	Conversion string  `name:"conversion" default:"won" placeholder:"WHAT" help:"won: what was won. paid: what was paid less what was refunded."`
	Window     int     `name:"window" placeholder:"DAYS" help:"Only touches of so many days before the commitment."`
	Order      int     `name:"order" placeholder:"1..3" help:"How many touches the Markov model remembers. Default: 1."`
	Interval   float64 `name:"interval" placeholder:"PERCENT" help:"Add the range in which the value lies this likely, such as 80."`
	CSV        bool    `name:"csv" help:"Print the rows as CSV."`
	asJSON
}

// Run makes the report and prints it.
func (c *reportCommand) Run(ctx context.Context, s *Session) error {
	if c.CSV && c.JSON {
		return fault.Usagef("a report is either CSV or JSON")
	}
	made, shown, err := c.make(ctx, s)
	if err != nil {
		return err
	}
	if c.JSON {
		return s.json(made)
	}
	if c.CSV {
		return shown.csv(s.out, value.Guard)
	}
	return shown.write(s.out)
}

// make asks for the report by its name: it returns the report itself, and as a table.
func (c *reportCommand) make(ctx context.Context, s *Session) (any, *table, error) {
	place := report.Place{Workspace: s.Workspace.ID, Currency: s.Workspace.Currency, Zone: s.Zone}
	period := report.Period{From: c.From, To: c.To}
	switch c.Name {
	case "funnel":
		r, err := s.Reports.Funnel(ctx, place, report.FunnelQuery{Period: period, By: or(c.By, "channel")})
		return r, s.funnelTable(&r), err
	case "cycle":
		r, err := s.Reports.Cycle(ctx, place, report.CycleQuery{Period: period, By: c.By})
		return r, s.cycleTable(&r), err
	case "attribution":
		r, err := s.Reports.Attribution(ctx, place, report.AttributionQuery{
			Period: period, By: or(c.By, "channel"), Conversion: c.Conversion, Window: c.Window,
			Attribution: report.Attribution{Model: c.Model, Order: c.Order, Interval: c.Interval},
		})
		return r, s.creditTable(&r), err
	case "sources":
		r, err := s.Reports.Sources(ctx, place, period)
		return r, s.sourceTable(&r), err
	case "campaigns":
		r, err := s.Reports.Campaigns(ctx, place, period)
		return r, s.sourceTable(&r), err
	case "cohorts":
		r, err := s.Reports.Cohorts(ctx, place, report.CohortQuery{
			Period: period, Conversion: c.Conversion, Today: clock.Of(s.Clock.Now()).Day(s.Zone),
		})
		return r, s.cohortTable(&r), err
	case "quality":
		r, err := s.Reports.Quality(ctx, place)
		return r, s.qualityTable(&r), err
	}
	return nil, nil, fault.Usagef("there is no report %q", c.Name).WithMend("choose funnel, cycle, attribution, sources, campaigns, cohorts or quality")
}

func or(said, otherwise string) string {
	if said == "" {
		return otherwise
	}
	return said
}

// columns makes the columns of a report: the first holds the key, the others numbers.
func (s *Session) columns(key string, numbers ...string) []column {
	columns := []column{{title: key}}
	for _, n := range numbers {
		columns = append(columns, column{title: n, number: true})
	}
	return columns
}

// keyed is a key as people see it: an absent value is said in words.
func (s *Session) keyed(key string) string {
	if key == "" {
		return s.say.Text("(none given)")
	}
	return key
}

func (s *Session) funnelTable(r *report.Funnel) *table {
	t := &table{columns: s.columns(r.By, s.say.Text("contacts"), s.say.Text("deals"), s.say.Text("open"), s.say.Text("won"),
		s.say.Text("lost"), s.say.Text("won rate"), s.say.Text("won, %s", string(r.Currency)), s.say.Text("paid, %s", string(r.Currency)))}
	cells := func(key string, f *report.FunnelRow) []string {
		return []string{
			key, strconv.Itoa(f.Contacts), strconv.Itoa(f.Deals), strconv.Itoa(f.Open), strconv.Itoa(f.Won), strconv.Itoa(f.Lost),
			percent(f.WonRate), f.AmountWon.String(), f.Paid.String(),
		}
	}
	for i := range r.Rows {
		t.rows = append(t.rows, cells(s.keyed(r.Rows[i].Key), &r.Rows[i]))
	}
	t.total = cells(s.say.Text("total"), &r.Total)
	return t
}

func (s *Session) cycleTable(r *report.Cycle) *table {
	t := &table{columns: s.columns("", s.say.Text("deals won"), s.say.Text("median days"), s.say.Text("mean"), s.say.Text("90%% within"),
		s.say.Text("shortest"), s.say.Text("longest"), s.say.Text("won before first touch"))}
	cells := func(key string, c *report.CycleRow) []string {
		return []string{
			key, strconv.Itoa(c.N), decimal(c.Median), decimal(c.Mean), decimal(c.P90), decimal(c.Min), decimal(c.Max),
			strconv.Itoa(c.BeforeFirstTouch),
		}
	}
	for i := range r.Rows {
		t.rows = append(t.rows, cells(s.keyed(*r.Rows[i].Key), &r.Rows[i]))
	}
	total := cells(s.say.Text("total"), &r.CycleRow)
	if len(r.Rows) == 0 {
		t.rows = append(t.rows, total)
		return t
	}
	t.total = total
	return t
}

func (s *Session) creditTable(r *report.Attributed) *table {
	titles := []string{
		s.say.Text("conversions"), s.say.Text("value, %s", string(r.Currency)), s.say.Text("spend, %s", string(r.Currency)),
		s.say.Text("back per 1"),
	}
	ranged := len(r.Rows) > 0 && r.Rows[0].Low != nil
	if ranged {
		titles = append(titles, s.say.Text("likely from"), s.say.Text("to"))
	}
	t := &table{columns: s.columns(r.By, titles...)}
	cells := func(key string, c *report.CreditRow) []string {
		row := []string{key, strconv.FormatFloat(c.Conversions, 'f', 2, 64), c.Value.String(), c.Spend.String(), decimal(c.Return)}
		if !ranged {
			return row
		}
		if c.Low == nil {
			return append(row, "", "")
		}
		return append(row, c.Low.String(), c.High.String())
	}
	for i := range r.Rows {
		t.rows = append(t.rows, cells(s.keyed(r.Rows[i].Key), &r.Rows[i]))
	}
	t.total = cells(s.say.Text("total"), &r.Total)
	return t
}

func (s *Session) sourceTable(r *report.Sources) *table {
	t := &table{columns: s.columns(r.By, s.say.Text("touches"), s.say.Text("contacts"), s.say.Text("first touch"), s.say.Text("deals won"),
		s.say.Text("won, %s", string(r.Currency)), s.say.Text("paid, %s", string(r.Currency)), s.say.Text("spend, %s", string(r.Currency)), s.say.Text("back per 1"))}
	cells := func(key string, c *report.SourceRow) []string {
		return []string{
			key, strconv.Itoa(c.Touches), strconv.Itoa(c.Contacts), strconv.Itoa(c.FirstTouch),
			strconv.FormatFloat(c.Conversions, 'f', 2, 64), c.Won.String(), c.Paid.String(), c.Spend.String(), decimal(c.Return),
		}
	}
	for i := range r.Rows {
		t.rows = append(t.rows, cells(s.keyed(r.Rows[i].Key), &r.Rows[i]))
	}
	t.total = cells(s.say.Text("total"), &r.Total)
	return t
}

// cohortTable has the shares as a person reads them, each with its own count in the JSON.
func (s *Session) cohortTable(r *report.Cohorts) *table {
	titles := []string{s.say.Text("leads")}
	for month := range r.Months + 1 {
		if month == 0 {
			titles = append(titles, s.say.Text("same month"))
			continue
		}
		titles = append(titles, s.say.Text("after %d months", month))
	}
	t := &table{columns: s.columns(s.say.Text("first touch in"), titles...)}
	cells := func(key string, c *report.CohortRow) []string {
		row := []string{key, strconv.Itoa(c.Leads)}
		for month := range r.Months + 1 {
			cell := ""
			if month < len(c.Through) {
				cell = percent(&c.Through[month].Share)
			}
			row = append(row, cell)
		}
		return row
	}
	for i := range r.Rows {
		t.rows = append(t.rows, cells(r.Rows[i].Month, &r.Rows[i]))
	}
	t.total = cells(s.say.Text("total"), &r.Total)
	return t
}

func (s *Session) qualityTable(r *report.Quality) *table {
	t := &table{columns: s.columns(s.say.Text("what is missing"), s.say.Text("how many"), s.say.Text("amount, %s", string(r.Currency)))}
	add := func(what string, n int, amount string) {
		t.rows = append(t.rows, []string{what, strconv.Itoa(n), amount})
	}
	add(s.say.Text("deals won without a touch before"), r.WonWithoutTouch.N, r.WonWithoutTouch.Amount.String())
	add(s.say.Text("money without a contact"), r.MoneyWithoutContact.N, r.MoneyWithoutContact.Amount.String())
	for _, c := range r.UnknownCampaigns {
		add(s.say.Text("touches of campaign %s, which has no costs", c.Key), c.Touches, "")
	}
	for _, source := range r.NeverCredited {
		add(s.say.Text("source %s was never credited", source), 1, "")
	}
	for _, c := range r.CostsWithoutTouches {
		add(s.say.Text("costs without touches: %s", firstOf(c.Campaign, c.Source, c.Channel)), 1, c.Amount.String())
	}
	for _, e := range r.Unconverted {
		add(s.say.Text("deals and payments in %s for which there is no rate of their day", string(e.Currency)), e.Deals+e.Payments, "")
		if e.Spend.Minor != 0 {
			add(s.say.Text("costs in %s for which there is no rate of their day: %s", string(e.Currency), e.Spend.String()), 1, "")
		}
	}
	return t
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

func percent(f *float64) string {
	if f == nil {
		return ""
	}
	return strconv.FormatFloat(*f*100, 'f', 1, 64) + "%"
}

func decimal(f *float64) string {
	if f == nil {
		return ""
	}
	return strconv.FormatFloat(*f, 'f', 2, 64)
}
