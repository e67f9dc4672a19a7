package demo

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/ledger"
	"tandem/internal/people/field"
	"tandem/internal/people/segment"
	"tandem/internal/sales/deal"
)

// The own fields: of people, and of firms.
const (
	kindField     = "Kind"
	tradeField    = "Trade"
	distanceField = "Distance in km"
	branchField   = "Branch"
)

// arrange makes the pipeline, the own fields and the rates.
func (m *maker) arrange(ctx context.Context) error {
	return m.write(ctx, func(tx *db.Tx) error {
		if err := m.stages(ctx, tx); err != nil {
			return err
		}
		for _, f := range []struct {
			of   field.Entity
			name string
			as   field.Type
		}{
			{field.Contact, kindField, field.Text},
			{field.Contact, tradeField, field.Text},
			{field.Contact, distanceField, field.Number},
			{field.Company, branchField, field.Text},
		} {
			made, err := m.Fields.Add(ctx, tx, m.crew.of(mara), f.of, f.name, f.as)
			if err != nil {
				return err
			}
			m.own[f.name] = ownField{made}
		}
		return m.Ledger.SetRates(ctx, tx, m.rates()...)
	})
}

// stages is the way of a bike, from the first talk on.
func (m *maker) stages(ctx context.Context, tx *db.Tx) error {
	now, by := clock.Of(m.now), m.crew.of(mara)
	made, err := m.Deals.AddPipeline(ctx, tx, by, now, pipeline)
	if err != nil {
		return err
	}
	all, err := m.Deals.Pipelines(ctx, tx)
	if err != nil {
		return err
	}
	names := []string{firstTalk, testRide, quoteSent}
	for i, st := range all[0].Stages {
		if st.Status != deal.Open {
			continue
		}
		if err := m.Deals.RenameStage(ctx, tx, by, now, st.ID, names[i]); err != nil {
			return err
		}
	}
	_, err = m.Deals.AddStage(ctx, tx, by, now, made, lastTerms, deal.Open)
	return err
}

// rates are the pound's against the euro, day by day for longer than a year.
func (m *maker) rates() []ledger.Rate {
	c, rate := chanceOf(0), 0.8612
	var all []ledger.Rate
	for d := m.now.AddDate(-1, -1, 0); d.Before(m.now); d = d.AddDate(0, 0, 1) {
		rate += (c.Float64() - .5) * .003
		all = append(all, ledger.Rate{Base: euro, Currency: pound, Day: d.Format(time.DateOnly), Rate: strconv.FormatFloat(rate, 'f', 4, 64)})
	}
	return all
}

// keep saves the segments that Alder Cycles works with.
func (m *maker) keep(ctx context.Context) error {
	is := func(name string, op segment.Op, value string) segment.Rule {
		return segment.Rule{If: &segment.Condition{Field: name, Op: op, Value: value}}
	}
	own := func(name string) string { return "own." + m.own[name].ID.String() }
	within := func(op segment.Op, kind string, days int) segment.Rule {
		return segment.Rule{If: &segment.Condition{Field: "touch", Op: op, Value: kind, Days: days}}
	}
	segments := []struct {
		name string
		rule segment.Rule
	}{
		{"New this week", segment.Rule{All: []segment.Rule{is("created", segment.InLast, "7")}}},
		{"Hot, nobody called", segment.Rule{All: []segment.Rule{within(segment.Did, "form_submitted", 30), within(segment.DidNot, "call", 30)}}},
		{"Shops within 40 km", segment.Rule{All: []segment.Rule{is(own(kindField), segment.Is, "business"), is(own(distanceField), segment.AtMost, "40")}}},
		{"Customers", segment.Rule{Any: []segment.Rule{is("lifecycle", segment.Is, "customer"), is("lifecycle", segment.Is, "evangelist")}}},
		{"Quiet for half a year", segment.Rule{All: []segment.Rule{is("last", segment.NotLast, "180")}}},
	}
	return m.write(ctx, func(tx *db.Tx) error {
		fields, err := m.Fields.All(ctx, tx, field.Contact)
		if err != nil {
			return err
		}
		scope := segment.Scope{Workspace: m.ws.ID, Zone: m.zone, Now: m.now, Currency: euro, Own: fields}
		for _, s := range segments {
			if _, err := m.Segments.Save(ctx, tx, m.crew.of(ines), scope, s.name, s.rule); err != nil {
				return fmt.Errorf("save the segment %s: %w", s.name, err)
			}
		}
		return nil
	})
}
