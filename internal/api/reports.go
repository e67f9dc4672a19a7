package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"tandem/internal/clock"
	"tandem/internal/insight/report"
	"tandem/internal/team"
)

// Period is the days that a report is about.
type Period struct {
	From string `query:"from" format:"date" doc:"First day, in the workspace's time zone"`
	To   string `query:"to" format:"date" doc:"Last day, included"`
}

func (p Period) days() report.Period { return report.Period{From: p.From, To: p.To} }

type by struct {
	Period
	By string `query:"by" maxLength:"200" default:"channel" required:"false" doc:"channel, source, medium, campaign, page, owner, month or field.NAME"`
}

type credit struct {
	Period
	By         string  `query:"by" enum:"channel,source,campaign" default:"channel" required:"false"`
	Model      string  `query:"model" enum:"first,last,last-non-direct,linear,u-shaped,w-shaped,time-decay,markov,shapley" default:"linear" required:"false"`
	Conversion string  `query:"conversion" enum:"won,paid" default:"won" required:"false"`
	Window     int     `query:"window" minimum:"0" maximum:"3650" doc:"Only touches of so many days before the commitment; 0 is no limit"`
	Order      int     `query:"order" minimum:"0" maximum:"3" doc:"How many touches the Markov model remembers"`
	Interval   float64 `query:"interval" minimum:"0" maximum:"99" doc:"Add the range in which the value lies this likely, such as 80"`
}

type cohorts struct {
	Period
	Conversion string `query:"conversion" enum:"won,paid" default:"won" required:"false"`
}

func (d *door) reports() {
	reporting(d, "funnel", "How many people came, what became of them and what they brought, by their first touch", func(ctx context.Context, at report.Place, in *by) (report.Funnel, error) {
		return d.Reports.Funnel(ctx, at, report.FunnelQuery{Period: in.days(), By: in.By})
	})
	reporting(d, "cycle", "Days from first touch to won", func(ctx context.Context, at report.Place, in *Period) (report.Cycle, error) {
		return d.Reports.Cycle(ctx, at, report.CycleQuery{Period: in.days()})
	})
	reporting(d, "attribution", "What each channel, source or campaign brought, by a model", func(ctx context.Context, at report.Place, in *credit) (report.Attributed, error) {
		return d.Reports.Attribution(ctx, at, report.AttributionQuery{
			Period: in.days(), By: in.By, Conversion: in.Conversion, Window: in.Window,
			Attribution: report.Attribution{Model: in.Model, Order: in.Order, Interval: in.Interval},
		})
	})
	reporting(d, "sources", "What each source did", func(ctx context.Context, at report.Place, in *Period) (report.Sources, error) {
		return d.Reports.Sources(ctx, at, in.days())
	})
	reporting(d, "campaigns", "What each campaign did", func(ctx context.Context, at report.Place, in *Period) (report.Sources, error) {
		return d.Reports.Campaigns(ctx, at, in.days())
	})
	reporting(d, "cohorts", "How fast leads buy, by the month of their first touch", func(ctx context.Context, at report.Place, in *cohorts) (report.Cohorts, error) {
		return d.Reports.Cohorts(ctx, at, report.CohortQuery{Period: in.days(), Conversion: in.Conversion, Today: clock.Of(d.Clock.Now()).Day(at.Zone)})
	})
	reporting(d, "quality", "What is missing from the picture", func(ctx context.Context, at report.Place, _ *struct{}) (report.Quality, error) {
		return d.Reports.Quality(ctx, at)
	})
}

// reporting registers a report.
func reporting[I, O any](d *door, name, summary string, make func(context.Context, report.Place, *I) (O, error)) {
	op := operation(http.MethodGet, "/reports/"+name, "report-"+name, summary, "reports")
	huma.Register(d, op, func(ctx context.Context, in *I) (*Answer[O], error) {
		w := who(ctx).Workspace
		if err := who(ctx).Actor.Check(team.Read); err != nil {
			return nil, d.problem(ctx, err)
		}
		zone, err := w.Zone()
		if err != nil {
			return nil, d.problem(ctx, err)
		}
		made, err := make(ctx, report.Place{Workspace: w.ID, Currency: w.Currency, Zone: zone}, in)
		if err != nil {
			return nil, d.problem(ctx, err)
		}
		return &Answer[O]{Body: made}, nil
	})
}
