package loop

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/journey"
	"tandem/internal/ledger"
	"tandem/internal/money"
	"tandem/internal/people/contact"
	"tandem/internal/sales/deal"
	"tandem/internal/sales/payment"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
	"tandem/internal/web/webtest"
)

func TestTemplates(t *testing.T) { webtest.Templates(t, loopPage, broughtPart, behindPage) }

// business is a small one whose figures are known: for each channel so many people, of whom some form leads, deals, orders and payments.
type business struct {
	*webtest.Site
	t testing.TB
	n int
}

func each(t *testing.T, run func(t *testing.T, s *business)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := webtest.New(t, d, Routes)
		run(t, &business{Site: s, t: t})
	})
}

func day(month, n int) clock.Micros {
	return clock.Of(time.Date(2026, time.Month(month), n, 10, 0, 0, 0, time.UTC))
}

// comes makes people who came by a channel; of them so many became leads, won a deal of 1,000, paid it.
func (s *business) comes(kind, name string, people, leads, won, paid int) (who []id.ID) {
	s.t.Helper()
	ctx := s.t.Context()
	s.Write(s.t, func(tx *db.Tx) error {
		var rows []contact.Row
		for i := range people {
			rows = append(rows, contact.Row{External: fmt.Sprint(s.n, "-", i), Name: fmt.Sprintf("%s %d", or(name, kind), i+1)})
		}
		s.n++
		made, err := s.Contacts.PutAll(ctx, tx, rows, contact.Options{})
		if err != nil {
			return err
		}
		who = nil
		for i, p := range made.Puts {
			who = append(who, p.ID)
			if err := s.goes(tx, p.ID, kind, name, i < leads, i < won, i < paid); err != nil {
				return err
			}
		}
		return nil
	})
	return who
}

func (s *business) refunds(who id.ID, minor int64) {
	s.t.Helper()
	s.Write(s.t, func(tx *db.Tx) error {
		_, err := s.Payments.PutAll(s.t.Context(), tx, day(5, 7), []payment.Row{{
			Key: "refund " + who.String(), Has: payment.HasContact, Kind: payment.Refunded, Contact: who, At: day(5, 7), Amount: minor, Currency: "EUR",
		}})
		return err
	})
}

func (s *business) goes(tx *db.Tx, who id.ID, kind, name string, lead, won, paid bool) error {
	ctx := s.t.Context()
	touches := []journey.Touch{{ContactID: who, At: day(4, 2), Kind: kind, Channel: name, Source: strings.ToLower(name)}}
	if lead {
		touches = append(touches, journey.Touch{ContactID: who, At: day(4, 3), Kind: journey.FormSubmitted, Channel: name, Source: strings.ToLower(name)})
	}
	if err := s.Journey.Record(ctx, tx, touches); err != nil || !won {
		return err
	}
	puts, err := s.Deals.PutAll(ctx, tx, day(5, 1), []deal.Row{{
		Key: "deal " + who.String(), Name: "A bike", Contact: who, Status: deal.Won, Amount: 100_000, Currency: "EUR", CreatedAt: day(4, 4), ClosedAt: day(5, 4),
		Has: deal.HasName | deal.HasContact | deal.HasStatus | deal.HasAmount | deal.HasCurrency | deal.HasCreatedAt | deal.HasClosedAt,
	}})
	if err != nil || !paid {
		return err
	}
	_, err = s.Payments.PutAll(ctx, tx, day(5, 6), []payment.Row{{
		Key: "payment " + who.String(), Has: payment.HasContact | payment.HasDeal, Contact: who, Deal: puts[0].ID, At: day(5, 6), Amount: 100_000, Currency: "EUR",
	}})
	return err
}

func (s *business) spends(channel string, minor int64) {
	s.t.Helper()
	s.Write(s.t, func(tx *db.Tx) error {
		_, err := s.Ledger.PutCosts(s.t.Context(), tx, day(5, 3), []ledger.CostRow{{
			Key: "cost " + channel, FromDay: "2026-04-01", ToDay: "2026-05-03", Channel: channel, Amount: money.Amount{Minor: minor, Currency: "EUR"},
		}})
		return err
	})
}

func (s *business) trades() {
	s.comes(journey.AdClick, "Paid Search", 20, 15, 8, 6)
	s.comes(journey.EmailClicked, "Email", 12, 10, 6, 6)
	s.comes(journey.Visit, "Field", 4, 4, 2, 1)
}

func TestWithoutTouchesThePageSaysWhatWillAppearHere(t *testing.T) {
	each(t, func(t *testing.T, s *business) {
		s.As(t, team.Viewer).Open("/loop").Is(200).Says("The loop is still empty").Hides("From first touch to money")
	})
}

func TestThePageOpensWithASentenceThatFollowsFromItsFigures(t *testing.T) {
	each(t, func(t *testing.T, s *business) {
		s.trades()
		b := s.As(t, team.Viewer)
		b.Open("/loop").Is(200).Says("€16,000 came from 16 orders. There are no costs yet", "No costs yet", "Last 90 days", "20 Feb to 20 May")
		s.spends("Paid Search", 400_000)
		s.spends("Email", 50_000)
		page := b.Open("/loop?model=linear").Is(200)
		page.Says("Each €1 spent brought back €3.56 of revenue. Most came back from what was spent on Email : €12.00.", "Costs are imported until 3 May")
		page.Says("Back per €1", "€12.00", "not enough data yet", "Cost per customer €281")
		b.Open("/loop?period=month").Says("This month", "1 to 20 May")
	})
}

func TestTinyChannelsAreDrawnTogetherAndListedOneByOne(t *testing.T) {
	each(t, func(t *testing.T, s *business) {
		s.comes(journey.AdClick, "Paid Search", 120, 20, 0, 0)
		s.comes(journey.EmailClicked, "Email", 30, 5, 0, 0)
		for _, name := range []string{"Affiliates", "SMS", "Podcast"} {
			s.comes(journey.AdClick, name, 1, 0, 0, 0)
		}
		b := s.As(t, team.Viewer)
		page := b.Open("/loop").Is(200)
		if names := page.All(".sankey rect"); len(names) != 6 {
			t.Errorf("%d bars are drawn, want three channels, the leads and the two where people left", len(names))
		}
		if list := webtest.TextOf(page.One(".flow-list")); !strings.Contains(list, "Search ads 20 leads, 0 customers 120") {
			t.Errorf("a phone does not say what became of them: %s", list)
		}
		others := page.One(`.sankey a[aria-label="3 others: 3 people"]`)
		b.Open(webtest.Attr(others, "href")).Is(200).Says("by the smaller channels", "Podcast 1", "SMS 1", "Affiliates 1").Hides("Email 1")
		for _, name := range []string{"Affiliates", "SMS", "Podcast"} {
			if !strings.Contains(webtest.TextOf(page.One(".flow-list")), name) {
				t.Errorf("a phone does not list %s", name)
			}
		}
	})
}

func TestAnotherModelSwapsTheTableAndTheSentence(t *testing.T) {
	each(t, func(t *testing.T, s *business) {
		s.trades()
		b := s.As(t, team.Viewer)
		whole := b.Open("/loop?model=first")
		if webtest.TextOf(whole.One("#model-first[aria-current]")) != "First touch" || len(whole.All("#loop-say")) != 1 {
			t.Error("the page does not say which model it shows")
		}
		b.Partial = true
		part := b.Open("/loop?model=last").Is(200)
		part.Says("All revenue goes to the last touch before the order").Hides("How fast leads buy", "From first touch to money")
		if len(part.All("#brought")) != 1 || webtest.Attr(part.One("#loop-say"), "hx-swap-oob") != "true" {
			t.Error("the part is not what is swapped")
		}
		for _, what := range []string{"#loop-export[href*='model=last']", "#loop-period input[name=model][value=last]"} {
			if len(part.All(what)) != 1 {
				t.Errorf("after another model was chosen there is no %s", what)
			}
		}
		if len(part.All("tbody tr")) != 3 || len(part.All("tfoot tr")) != 1 {
			t.Errorf("%d rows", len(part.All("tbody tr")))
		}
	})
}

func TestWhatTheSentenceSaysIsWorthSaying(t *testing.T) {
	each(t, func(t *testing.T, s *business) {
		b := s.As(t, team.Viewer)
		s.comes(journey.AdClick, "Paid Search", 8, 8, 0, 0)
		b.Open("/loop").Says("Nothing was bought in this period, and there are no costs yet.").Hides("€0 came from 0 orders")
		s.spends("Paid Search", 100_000)
		b.Open("/loop").Says("€1,000 was spent, and nothing was bought in this period.").Hides("brought back")
		b.Open("/loop?from=2026-05-10&to=2026-05-12").Says("Nothing was spent, and nothing was bought, in this period.")
		s.comes(journey.EmailClicked, "Email", 5, 5, 5, 5)
		s.spends("Email", 100_000)
		b.Open("/loop?model=linear").Says("Each €1 spent brought back €2.50 of revenue.").Hides("Most came back")
		s.comes(journey.AdClick, "Paid Social", 5, 5, 5, 5)
		s.spends("Paid Social", 100_000)
		b.Open("/loop?model=linear").Says("brought back €3.33").Hides("Most came back") // of two that are level neither did
		s.comes(journey.AdClick, "Paid Social", 1, 1, 1, 1)
		b.Open("/loop?model=linear").Says("Most came back from what was spent on Social ads : €6.00.")
		s.refunds(s.comes(journey.AdClick, "Display", 1, 0, 0, 0)[0], 5_000_000)
		b.Open("/loop?model=linear&count=paid").Says("More was given back than came in: −€39,000")
	})
}

func TestWhatHasNoRateIsNotSaidToBeNothing(t *testing.T) {
	each(t, func(t *testing.T, s *business) {
		ann := s.comes(journey.FormSubmitted, "Email", 1, 1, 0, 0)[0]
		b := s.As(t, team.Viewer)
		b.Open("/loop").Says("Nothing was bought in this period, and there are no costs yet.", "1 lead 100% of people")
		s.Write(t, func(tx *db.Tx) error {
			_, err := s.Payments.PutAll(t.Context(), tx, day(5, 6), []payment.Row{{Key: "in crowns", Has: payment.HasContact, Contact: ann, At: day(5, 6), Amount: 10_000, Currency: "SEK"}})
			if err != nil {
				return err
			}
			_, err = s.Ledger.PutCosts(t.Context(), tx, day(5, 3), []ledger.CostRow{{
				Key: "in crowns", FromDay: "2026-05-01", ToDay: "2026-05-02", Channel: "Paid Search", Amount: money.Amount{Minor: 30_000, Currency: "SEK"},
			}})
			return err
		})
		page := b.Open("/loop").Says("Nothing can be counted yet: sales and costs are in SEK", "1 sale in SEK is not counted", "Costs in SEK are not counted 300.00 SEK")
		page.Hides("Nothing was spent", "Costs without touches")
		page.One("a[href='/imports/new?kind=rates']")
		b.Open("/loop?from=2026-04-01&to=2026-04-30").Says("Nothing was spent, and nothing was bought, in this period.").Hides("for whose days there is no exchange rate")
		b.Open("/loop/people?kind=no-rate&key=SEK&period=all").Says("Sales in SEK without an exchange rate 1 sale", "kr100.00")
	})
}

func TestMoneyOpensToTheSalesAndCostsThatItIs(t *testing.T) {
	each(t, func(t *testing.T, s *business) {
		s.trades()
		s.spends("Email", 50_000)
		s.spends("Radio", 20_000)
		s.Write(t, func(tx *db.Tx) error {
			_, err := s.Payments.PutAll(t.Context(), tx, day(5, 6), []payment.Row{{Key: "counter", At: day(5, 8), Amount: 8_900, Currency: "EUR"}})
			return err
		})
		b := s.As(t, team.Viewer)
		page := b.Open("/loop?model=linear").Says("1 sale without a deal, €89.00, is not among what was won; it counts under Paid.", "Costs without touches: Radio")
		open := func(selector string) *webtest.Page {
			t.Helper()
			return b.Open(webtest.Attr(page.All(selector)[0], "href")).Is(200)
		}
		open(".stat a").Says("Spent, 20 Feb to 20 May €700 2 costs", "1 Apr to 3 May Email €500.00")
		open("td:nth-child(2) a").Says("Spent on Email, 20 Feb to 20 May €500 1 cost").Hides("Radio")
		open("a[href*=loose-cost]").Says("Spent where nobody came from €200 1 cost")
		open("tbody td.strong a").Says("Sales that Search ads had a part in, 20 Feb to 20 May €8,000 8 people", "Counted here", "A bike 4 May €1,000.00 €1,000.00")
		open("tfoot td:nth-child(6) a").Says("What was won, 20 Feb to 20 May €16,000 16 people").Hides("Counted here")
		b.Open("/loop/people?kind=credit&keyed=1&key=Email&count=paid").Says("€6,000 6 people", "Markov looks at all journeys together").Hides("Counted here")
		b.Open("/loop/people?kind=strip&step=paid&from=2026-05-01&to=2026-05-20").Says("Paid for these orders, 1 to 20 May €13,089 14 orders", "Nobody known")
		b.Open("/loop/people?kind=cohort&month=2026-04&within=1&period=all").Says("Leads by their first touch, April 2026, who bought within 1 month")
	})
}

func TestDaysAreThoseOfTheZoneHoweverFarEast(t *testing.T) {
	each(t, func(t *testing.T, s *business) {
		s.trades()
		s.spends("Email", 50_000)
		_, err := s.Team.Update(t.Context(), s.Workspace.Slug, team.Change{Timezone: "Pacific/Auckland"}, s.By())
		if err != nil {
			t.Fatal(err)
		}
		b := s.As(t, team.Viewer)
		b.Open("/loop?from=2026-05-05&to=2026-05-05").Says("5 May", "Before: 4 May").Hides("6 May")
		b.Open("/loop?period=all").Says("Costs are imported until 3 May", "April 2026")
	})
}

func TestThePeriodBeforeStandsBeside(t *testing.T) {
	each(t, func(t *testing.T, s *business) {
		s.trades()
		s.spends("Email", 50_000)
		b := s.As(t, team.Viewer)
		b.Open("/loop?from=2026-05-05&to=2026-05-07").Says("Before: 2 to 4 May", "Revenue won €0 €16,000 before", "Orders 0 16 before")
		b.Open("/loop?period=all").Hides("before:")
		b.Open("/loop?period=days").Hides("before:") // nothing was there
		b.Open("/loop?period=month").Says("Before: 1 to 20 Apr", "Spend €45.45 €303 before")
		b.Open("/loop?period=year").Hides("before:")
	})
}

func TestTheTableSortsByEveryColumn(t *testing.T) {
	each(t, func(t *testing.T, s *business) {
		s.trades()
		s.spends("Email", 50_000)
		b := s.As(t, team.Viewer)
		for query, want := range map[string]string{
			"": "Search ads, Email, Field visits", "&sort=name&up=1": "Email, Field visits, Search ads", "&sort=leads&up=1": "Field visits, Email, Search ads",
			"&sort=return": "Email, Search ads, Field visits", "&sort=return&up=1": "Email, Search ads, Field visits", "&sort=weather": "Search ads, Email, Field visits",
		} {
			page := b.Open("/loop?model=linear" + query).Is(200)
			var names []string
			for _, row := range page.All("#brought tbody th") {
				names = append(names, webtest.TextOf(row))
			}
			if got := strings.Join(names, ", "); got != want {
				t.Errorf("%q is in the order %s, want %s", query, got, want)
			}
			if sorted := page.All("#brought th[aria-sort]"); len(sorted) != 1 {
				t.Errorf("%q: %d columns say that the table is sorted by them", query, len(sorted))
			}
		}
		page := b.Open("/loop?model=first&sort=spend")
		if again := webtest.Attr(page.One("#brought th[aria-sort=descending] a"), "href"); !strings.Contains(again, "sort=spend&up=1") || !strings.Contains(again, "model=first") {
			t.Errorf("the sorted column leads to %s", again)
		}
		if model := webtest.Attr(page.One("#model-last"), "href"); !strings.Contains(model, "sort=spend") {
			t.Errorf("another model forgets the order: %s", model)
		}
	})
}

func TestAWrongPeriodOrFigureIsSaid(t *testing.T) {
	each(t, func(t *testing.T, s *business) {
		s.trades()
		b := s.As(t, team.Viewer)
		b.Open("/loop?from=2026-05-02&to=2026-05-01").Is(422).Says("The period ends before it begins")
		b.Open("/loop?from=yesterday").Is(400)
		b.Open("/loop?model=guess").Is(400)
		b.Open("/loop?by=weather").Is(400)
		b.Open("/loop?from=0001-01-01&to=9999-12-31").Is(200).Hides("Before:")
		b.Open("/loop?from=9999-12-31&to=9999-12-31").Is(200).Says("Nothing was spent, and nothing was bought, in this period.", "31 Dec 9999")
		b.Open("/loop/people?kind=else").Is(400)
		b.Open("/loop/people?kind=flow&step=leads&after=!").Is(404)
		b.Open("/loop/people?kind=flow&step=leads&keyed=1&key=" + url.QueryEscape("<script>alert(1)</script>")).Is(200).Says("First touch by <script>alert(1)</script>")
		s.Stranger(t).Open("/loop").Hides("What each channel brought")
	})
}

func TestTheTableIsExportedAsFigures(t *testing.T) {
	each(t, func(t *testing.T, s *business) {
		s.trades()
		s.comes(journey.AdClick, "=cmd()", 1, 0, 0, 0)
		s.spends("Email", 50_000)
		viewer := s.As(t, team.Viewer)
		file := viewer.Open("/loop/export?model=linear").Is(200)
		if !strings.HasPrefix(file.Body, "\ufeff") || file.Header.Get("Content-Type") != "text/csv; charset=utf-8" || !strings.Contains(file.Header.Get("Content-Disposition"), `"loop-linear-2026-02-20-2026-05-20.csv"`) {
			t.Error(file.Header)
		}
		sorted := viewer.Open("/loop/export?model=linear&sort=return").Body
		if strings.Index(sorted, "\nPaid Search") < strings.Index(sorted, "\nEmail") {
			t.Errorf("the file is not in the order of the page:\n%s", sorted)
		}
		for _, want := range []string{"\nEmail,500.00,10,50.00,6,6.00,6000.00,EUR,12.00,", "\nPaid Search,0.00,15,,8,8.00,8000.00,EUR,,,\n", "\ntotal,500.00,29,17.24,16,16.00,16000.00,EUR,32.00,,\n"} {
			if !strings.Contains(file.Body, want) {
				t.Errorf("no %q in\n%s", want, file.Body)
			}
		}
	})
}

func TestManyPeopleAreListedAHundredAtATime(t *testing.T) {
	each(t, func(t *testing.T, s *business) {
		s.comes(journey.AdClick, "Paid Search", 130, 0, 0, 0)
		b := s.As(t, team.Viewer)
		first := b.Open("/loop/people?kind=flow&step=people").Is(200)
		next := b.Open(webtest.Attr(first.One("a[rel=next]"), "href")).Is(200)
		if a, z := len(first.All("tbody tr")), len(next.All("tbody tr")); a != 100 || z != 30 || len(next.All("a[rel=next]")) != 0 {
			t.Errorf("%d and %d people", a, z)
		}
		s.comes(journey.AdClick, "Paid Search", 120, 120, 120, 0)
		won := "/loop/people?kind=credit&count=won&model=first"
		first = b.Open(won).Is(200)
		next = b.Open(webtest.Attr(first.One("a[rel=next]"), "href")).Is(200).Says("€120,000")
		if a, z := len(first.All("tbody tr")), len(next.All("tbody tr")); a != 100 || z != 20 || len(next.All("a[rel=next]")) != 0 {
			t.Errorf("%d and %d sales", a, z)
		}
		b.Open(won + "&after=" + id.New().String()).Is(200).One("a[rel=next]") // that one is gone: the list begins anew
	})
}
