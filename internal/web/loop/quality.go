package loop

import (
	"net/url"

	"tandem/internal/insight/report"
	"tandem/internal/money"
	"tandem/internal/web/ui"
)

// Quality is what is missing from the picture.
type Quality struct{ Gaps []Gap }

// Gap is one thing that is missing: what, how much, what to do about it, and where the records are.
type Gap struct{ Text, Detail, URL, Open string }

// mostGaps is how many keys of one sort are named.
const mostGaps = 5

func (p pages) quality(r *ui.Request) (Quality, error) {
	q, err := p.Reports.Quality(r.Context(), place(r))
	if err != nil {
		return Quality{}, err
	}
	g := gaps{Voice: r.Voice}
	g.sales(&q)
	g.keys(&q)
	g.rates(&q)
	return Quality{g.all}, nil
}

// gaps gathers what is missing.
type gaps struct {
	ui.Voice
	all []Gap
}

func (g *gaps) add(text, detail string, kind report.Kind, key string) {
	gap := Gap{Text: text, Detail: detail}
	if kind != "" {
		gap.URL, gap.Open = link("/loop/people", url.Values{"kind": {string(kind)}, "key": {key}, "period": {"all"}}), g.T("Open")
	}
	g.all = append(g.all, gap)
}

func (g *gaps) sum(s report.Sum) string {
	return g.Sum(money.Amount{Minor: s.Minor, Currency: s.Currency})
}

func (g *gaps) touches(touches, people int) string {
	return g.T("%[1]s from %[2]s", g.T("%d touches", g.Many(touches)), g.T("%d people", g.Many(people)))
}

func (g *gaps) sales(q *report.Quality) {
	if m := q.WonWithoutTouch; m.N > 0 {
		g.add(g.T("%d deals were won without a touch before", g.Many(m.N)), g.T("%s that no channel gets credit for", g.sum(m.Amount)), report.NoTouch, "")
	}
	if m := q.MoneyWithoutContact; m.N > 0 {
		g.add(g.T("%d payments belong to nobody", g.Many(m.N)), g.T("%s without a person", g.sum(m.Amount)), report.NoContact, "")
	}
}

func (g *gaps) keys(q *report.Quality) {
	for _, c := range q.UnknownCampaigns[:min(mostGaps, len(q.UnknownCampaigns))] {
		g.add(g.T("Campaign %s has touches but no costs", c.Key), g.T("%s; perhaps it is spelled otherwise in the costs", g.touches(c.Touches, c.People)),
			kindIf(c.People > 0, report.OfCampaign), c.Key)
	}
	for _, c := range q.CostsWithoutTouches[:min(mostGaps, len(q.CostsWithoutTouches))] {
		if c.Amount.Minor == 0 {
			continue // it is in a currency that is not counted
		}
		g.all = append(g.all, Gap{
			Text: g.T("Costs without touches: %s", or(c.Campaign, c.Source, g.channel(c.Channel), g.T("without a name"))), Detail: g.T("%s was spent where nobody came from", g.sum(c.Amount)),
			URL: link("/loop/people", url.Values{"kind": {string(report.OfLooseCost)}, "channel": {c.Channel}, "source": {c.Source}, "campaign": {c.Campaign}, "period": {"all"}}), Open: g.T("Open"),
		})
	}
	for _, c := range q.Never[:min(mostGaps, len(q.Never))] {
		g.add(g.T("Source %s has never led to an order", c.Key), g.touches(c.Touches, c.People),
			kindIf(c.People > 0, report.OfSource), c.Key)
	}
}

func (g *gaps) rates(q *report.Quality) {
	for _, e := range q.Unconverted {
		if n := e.Deals + e.Payments; n > 0 {
			g.add(g.T("%[1]d sales in %[2]s are not counted", g.Many(n), string(e.Currency)), g.T("There is no exchange rate for the days of these sales yet"), report.WithoutRate, string(e.Currency))
		}
		if e.Spend.Minor != 0 {
			g.all = append(g.all, Gap{
				Text: g.T("Costs in %s are not counted", string(e.Currency)), Detail: g.T("%s; there is no exchange rate for their days yet", money.Amount(e.Spend).String()),
				URL: "/imports/new?kind=rates", Open: g.T("Import rates"),
			})
		}
	}
}

func (g *gaps) channel(name string) string {
	if name == "" {
		return ""
	}
	return g.Channel(name)
}

// kindIf is a kind where there is somebody to open it to.
func kindIf(somebody bool, k report.Kind) report.Kind {
	if somebody {
		return k
	}
	return ""
}
