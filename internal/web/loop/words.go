package loop

import (
	"cmp"
	"html/template"
	"slices"

	"tandem/internal/insight/attribution"
	"tandem/internal/insight/report"
	"tandem/internal/web/ui"
)

func modelName(v ui.Voice, m attribution.Model) string {
	switch m {
	case attribution.First:
		return v.T("First touch")
	case attribution.Last:
		return v.T("Last touch")
	case attribution.LastNonDirect:
		return v.T("Last known")
	case attribution.Linear:
		return v.T("Linear")
	case attribution.UShaped:
		return v.T("U")
	case attribution.WShaped:
		return v.T("W")
	case attribution.TimeDecay:
		return v.T("Time decay")
	case attribution.Markov:
		return v.T("Markov")
	case attribution.Shapley:
		return v.T("Shapley")
	}
	return string(m)
}

// meaning is what a model does, in plain words.
func meaning(v ui.Voice, m attribution.Model) string {
	switch m {
	case attribution.First:
		return v.T("All revenue goes to the first touch. Good for asking: what makes people discover us?")
	case attribution.Last:
		return v.T("All revenue goes to the last touch before the order. Good for asking: what closes?")
	case attribution.LastNonDirect:
		return v.T("All revenue goes to the last touch of which we know where it came from.")
	case attribution.Linear:
		return v.T("Every touch gets an equal share.")
	case attribution.UShaped:
		return v.T("40%% to the first touch, 40%% to the last, the rest in between.")
	case attribution.WShaped:
		return v.T("30%% each to the first touch, to becoming a lead and to opening the deal, the rest in between.")
	case attribution.TimeDecay:
		return v.T("A touch counts half for every week before the order.")
	case attribution.Markov:
		return v.T("How many orders we would lose without the channel, from all journeys, won and lost.")
	case attribution.Shapley:
		return v.T("A fair split of each order between all channels that took part.")
	}
	return ""
}

func (t *table) title() string {
	switch t.By {
	case "source":
		return t.T("What each source brought")
	case "campaign":
		return t.T("What each campaign brought")
	}
	return t.T("What each channel brought")
}

func (t *table) first() string {
	switch t.By {
	case "source":
		return t.T("Source")
	case "campaign":
		return t.T("Campaign")
	}
	return t.T("Channel")
}

func (t *table) all() string {
	switch t.By {
	case "source":
		return t.T("All sources")
	case "campaign":
		return t.T("All campaigns")
	}
	return t.T("All channels")
}

func (t *table) measure() string {
	if t.loop.Conversion == report.Paid {
		return t.T("Revenue paid")
	}
	return t.T("Revenue won")
}

// bold is a text for a sentence that is put together as HTML.
func bold(text string) string { return "<b>" + template.HTMLEscapeString(text) + "</b>" }

// say is what the figures mean, in up to three sentences. What the figures do not carry is not said.
func (t *table) say() template.HTML {
	all := &t.loop.Total
	orders := int(all.Orders + 0.5)
	switch {
	case all.Value.Minor < 0:
		return template.HTML(t.T("More was given back than came in: %s.", bold(t.sum(all.Value))))
	case orders == 0 && all.Value.Minor == 0 && all.Spend.Minor == 0 && len(t.loop.Unconverted) > 0:
		return template.HTML(template.HTMLEscapeString(t.T("Nothing can be counted yet: sales and costs are in %s, for whose days there is no exchange rate.", ui.Uncounted(t.loop.Unconverted))))
	case orders == 0 && all.Value.Minor == 0 && t.loop.CostsUntil == "":
		return template.HTML(template.HTMLEscapeString(t.T("Nothing was bought in this period, and there are no costs yet.")))
	case orders == 0 && all.Value.Minor == 0 && all.Spend.Minor > 0:
		return template.HTML(t.T("%s was spent, and nothing was bought in this period.", bold(t.sum(all.Spend))))
	case orders == 0 && all.Value.Minor == 0:
		return template.HTML(template.HTMLEscapeString(t.T("Nothing was spent, and nothing was bought, in this period.")))
	case t.loop.CostsUntil == "":
		return template.HTML(t.T("%[1]s came from %[2]d orders. There are no costs yet, so nobody can say what brings most for its money.",
			bold(t.sum(all.Value)), t.Many(orders)))
	case all.Return == nil:
		return template.HTML(t.T("%[1]s came from %[2]d orders. Nothing was spent in this period.", bold(t.sum(all.Value)), t.Many(orders)))
	}
	text := t.T("Each %[1]s spent brought back %[2]s of revenue.", template.HTMLEscapeString(round(t.Voice, t.loop.Currency, 1)), bold(t.per(*all.Return)))
	judged := t.judged()
	if len(judged) == 0 {
		return template.HTML(text + " " + t.T("There is not enough data yet to say more."))
	}
	var best *report.LoopRow
	if len(judged) > 1 && t.per(*judged[0].Return) != t.per(*judged[1].Return) {
		best = judged[0]
		text += " " + t.T("Most came back from what was spent on %[1]s: %[2]s.", bold(t.named(best.Key)), template.HTMLEscapeString(t.per(*best.Return)))
	}
	return template.HTML(text + t.hangs(best))
}

// hangs says for which row most hangs on the model, if much does; best is the row that was spoken of before.
func (t *table) hangs(best *report.LoopRow) string {
	r := t.contrast()
	if r == nil {
		return ""
	}
	shared, last := template.HTMLEscapeString(t.per(*r.Linear)), template.HTMLEscapeString(t.per(*r.Last))
	if r == best {
		return " " + t.T("There it is %[1]s if all touches on the way to a sale share in it, but %[2]s if the last one takes it all.", shared, last)
	}
	return " " + t.T("For %[1]s it is %[2]s if all touches on the way to a sale share in it, but %[3]s if the last one takes it all.", bold(t.named(r.Key)), shared, last)
}

// judged are the rows whose return says enough, the highest first.
func (t *table) judged() []*report.LoopRow {
	var rows []*report.LoopRow
	for i := range t.loop.Rows {
		if r := &t.loop.Rows[i]; r.Return != nil && !r.Few() && r.Key != "" {
			rows = append(rows, r)
		}
	}
	slices.SortStableFunc(rows, func(x, y *report.LoopRow) int { return cmp.Compare(*y.Return, *x.Return) })
	return rows
}

// tellingDifference is from which ratio of two models' returns the page speaks of it.
const tellingDifference = 1.5

// contrast is the row for which most money hangs on the model; nil where the models do not differ much.
func (t *table) contrast() *report.LoopRow {
	var most *report.LoopRow
	var widest float64
	for i := range t.loop.Rows {
		r := &t.loop.Rows[i]
		if r.Linear == nil || r.Last == nil || r.Few() || *r.Linear <= 0 || *r.Last < 0 {
			continue
		}
		more, less := max(*r.Linear, *r.Last), min(*r.Linear, *r.Last)
		if money := (more - less) * float64(r.Spend.Minor); more >= tellingDifference*less && money > widest {
			most, widest = r, money
		}
	}
	return most
}

// notes are what stands below the table.
func (t *table) notes() []string {
	notes := []string{meaning(t.Voice, t.loop.Model)}
	notes = append(notes, t.T("Leads and customers: people whose first touch was in the period. Revenue: what was decided in it."))
	if t.loop.Ranged && t.scale.any {
		notes = append(notes, t.T("Bars show the 80%% likely range. Where a bar crosses %s, we cannot yet say that it pays back.", round(t.Voice, t.loop.Currency, 1)))
	}
	if until := t.loop.CostsUntil; until != "" && until < t.until() {
		notes = append(notes, t.T("Costs are imported until %s; what was spent since is missing.", t.Day(t.Noon(until))))
	}
	if beside := t.loop.Beside; beside.N > 0 {
		notes = append(notes, t.T("%[1]d sales without a deal, %[2]s, are not among what was won; they count under Paid.", t.Many(beside.N), t.sum(beside.Value)))
	}
	if codes := ui.Uncounted(t.loop.Unconverted); codes != "" {
		notes = append(notes, t.T("Not counted: sales and costs in %s, for whose days there is no exchange rate.", codes))
	}
	return notes
}

// until is the period's last day, or today if that is earlier.
func (t *table) until() string {
	today := t.today.Format("2006-01-02")
	if t.To == "" {
		return today
	}
	return min(t.To, today)
}
