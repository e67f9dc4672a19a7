package report_test

import (
	"fmt"
	"testing"

	"tandem/internal/insight/report"
	"tandem/internal/journey"
)

func TestQualityTellsWhatIsMissingFromThePicture(t *testing.T) {
	each(t, func(s *shop) {
		touch := func(who, source, campaign string) {
			s.record(who, journey.Touch{At: at("2026-01-01"), Kind: journey.AdClick, Channel: "Paid Search", Source: source, Campaign: campaign})
		}
		touch("ann", "google", "spring")
		touch("ann", "google", "sprnig")
		touch("ben", "bing", "spring")
		touch("ben", "", "sprnig")
		s.wins("ann", "2026-01-01", "2026-01-05", "50.00")
		s.wins("cleo", "2026-01-01", "2026-01-05", "7.00")
		s.wins("", "2026-01-01", "2026-01-05", "3.00")
		s.comes("dan", "2026-03-01", "Event")
		s.wins("dan", "2026-01-01", "2026-01-05", "1.00")
		s.pays("", "2026-01-05", "30.00", "")
		s.pays("", "2026-01-06", "-4.00", "")
		s.pays("ann", "2026-01-06", "5.00", "")
		s.spends("2026-01-01", "", "Paid Search", "google", "spring", "10.00", "EUR")
		s.spends("2026-01-01", "", "", "", "autumn", "2.00", "EUR")
		s.spends("2026-01-02", "", "", "", "autumn", "3.00", "EUR")
		s.spends("2026-01-01", "", "Paid Search", "", "", "1.00", "EUR")

		q := s.quality()
		got := []string{
			fmt.Sprintf("won without touch: %d, %s, %d named", q.WonWithoutTouch.N, q.WonWithoutTouch.Amount, len(q.WonWithoutTouch.IDs)),
			fmt.Sprintf("without contact: %d, %s", q.MoneyWithoutContact.N, q.MoneyWithoutContact.Amount),
			fmt.Sprintf("unknown campaigns: %v", q.UnknownCampaigns), fmt.Sprintf("never credited: %v", q.NeverCredited),
		}
		for _, c := range q.CostsWithoutTouches {
			got = append(got, fmt.Sprintf("cost %q %q %q %s", c.Channel, c.Source, c.Campaign, c.Amount))
		}
		same(t, "quality", got, []string{
			"won without touch: 3, 11.00, 3 named", "without contact: 2, 26.00", "unknown campaigns: [{sprnig 2 2}]", "never credited: [bing]",
			`cost "" "" "autumn" 5.00`,
		})
	})
}

func TestSourcesShowTheirTouchesBesideTheirMoney(t *testing.T) {
	each(t, func(s *shop) {
		touch := func(who, when, source string) {
			s.record(who, journey.Touch{At: at(when), Kind: journey.AdClick, Channel: "Paid Search", Source: source, Campaign: "c " + source})
		}
		touch("ann", "2026-01-01", "google")
		touch("ann", "2026-01-02", "bing")
		touch("ann", "2026-01-03", "bing")
		touch("ben", "2026-01-04", "bing")
		s.wins("ann", "2026-01-01", "2026-01-05", "30.00")
		s.pays("ben", "2026-01-06", "4.00", "")
		s.spends("2026-01-01", "", "", "bing", "c bing", "8.00", "EUR")
		for _, ask := range []func() (report.Sources, error){
			func() (report.Sources, error) { return s.reports.Sources(s.Context(), s.place, report.Period{}) },
			func() (report.Sources, error) { return s.reports.Campaigns(s.Context(), s.place, report.Period{}) },
		} {
			r, err := ask()
			if err != nil {
				t.Fatal(err)
			}
			prefix := map[string]string{"campaign": "c "}[r.By]
			var got []string
			for _, row := range append(r.Rows, r.Total) {
				got = append(got, fmt.Sprintf("%s: %d touches %d contacts %d first, %s to %s, %s won %s paid %s spent %s back %s", row.Key, row.Touches,
					row.Contacts, row.FirstTouch, row.From, row.To, short(row.Conversions), row.Won, row.Paid, row.Spend, shown(row.Return)))
			}
			same(t, r.By, got, []string{
				prefix + "bing: 3 touches 2 contacts 1 first, 2026-01-02 to 2026-01-04, 0.6667 won 20.00 paid 4.00 spent 8.00 back 0.5",
				prefix + "google: 1 touches 1 contacts 1 first, 2026-01-01 to 2026-01-01, 0.3333 won 10.00 paid 0.00 spent 0.00 back none",
				": 4 touches 2 contacts 2 first,  to , 1 won 30.00 paid 4.00 spent 8.00 back 0.5",
			})
		}
	})
}
