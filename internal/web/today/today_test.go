package today

import (
	"fmt"
	"testing"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/journey"
	"tandem/internal/money"
	"tandem/internal/people/contact"
	"tandem/internal/sales/activity"
	"tandem/internal/sales/payment"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
	"tandem/internal/web/webtest"
)

func TestTemplates(t *testing.T) { webtest.Templates(t, page) }

func TestTheDayBeginsWithWhatNeedsAnAnswer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := webtest.New(t, d, Routes)
		viewer := s.As(t, team.Viewer)
		at := func(ago time.Duration) clock.Micros { return clock.Of(s.Clock.Now().Add(-ago)) }
		s.Write(t, func(tx *db.Tx) error {
			made, err := s.Contacts.PutAll(t.Context(), tx, []contact.Row{
				{Name: "Fleur", External: "1", Owner: "Mara Claes", Company: "Apotheek"}, {Name: "Wim", External: "2"}, {Name: "Old", External: "3"}, {Name: "Answered", External: "4"},
			}, contact.Options{})
			if err != nil {
				return err
			}
			err = s.Journey.Record(t.Context(), tx, []journey.Touch{
				{ContactID: made.Puts[0].ID, Kind: journey.FormSubmitted, Channel: "Paid Social", Note: "price of the Family", At: at(74 * time.Minute)},
				{ContactID: made.Puts[1].ID, Kind: journey.EmailReplied, At: at(51 * time.Minute)},
				{ContactID: made.Puts[2].ID, Kind: journey.FormSubmitted, At: at(30 * 24 * time.Hour)},
				{ContactID: made.Puts[3].ID, Kind: journey.FormSubmitted, At: at(50 * time.Minute)},
				{ContactID: made.Puts[3].ID, Kind: journey.Call, At: at(40 * time.Minute)},
			})
			if err != nil {
				return err
			}
			for _, doing := range []activity.Doing{
				{Kind: activity.Task, Text: "Send the quote", Contact: made.Puts[1].ID, DueAt: at(24 * time.Hour), Owner: "Tom"},
				{Kind: activity.Meeting, Text: "Test ride", Contact: made.Puts[0].ID, DueAt: at(-3 * time.Hour)},
				{Kind: activity.Task, Text: "Tomorrow's", DueAt: at(-24 * time.Hour)},
			} {
				if _, err := s.Activities.Write(t.Context(), tx, s.By(), doing); err != nil {
					return err
				}
			}
			return nil
		})
		page := viewer.Open("/").Is(200).Says("Fleur Apotheek", "14 min late", "price of the Family", "Wim", "9 min left", "Social ads", "Send the quote", "Test ride", "1 day late")
		page.Hides("Old", "Answered", "Tomorrow's")
		if rows := page.All("#waiting li"); len(rows) != 2 {
			t.Errorf("%d wait", len(rows))
		}
		if buttons := page.All("form[action^='/activities/']"); len(buttons) != 0 {
			t.Error("a viewer is offered what they may not do")
		}
		if n := len(s.As(t, team.Owner).Open("/").Is(200).All(".loop a[href^='/loop/people?']")); n != 6 {
			t.Errorf("%d figures of the strip open to people", n)
		}
		s.As(t, team.Owner).Open("/?who=me").Is(200).Says("Fleur", "Test ride").Hides("Wim", "Send the quote")
	})
}

func TestANewBusinessIsLedToItsFirstReport(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := webtest.New(t, d, Routes)
		owner, sales, viewer := s.As(t, team.Owner), s.As(t, team.Sales), s.As(t, team.Viewer)
		page := owner.Open("/").Is(200).Says("Three steps", "Import people", "Import costs", "Invite a colleague").Hides("Waiting for an answer", "Mine")
		page.One("a.primary[href='/imports/new?kind=contacts']")
		sales.Open("/").Says("Import deals").Hides("Import costs", "Invite a colleague")
		viewer.Open("/").Says("Three steps").Hides("Import people", "Import deals")
		s.Write(t, func(tx *db.Tx) error {
			_, err := s.Contacts.PutAll(t.Context(), tx, []contact.Row{{Name: "Fleur", External: "1"}}, contact.Options{})
			return err
		})
		page = owner.Open("/").Says("They are here.", "Waiting for an answer", "Mine").Hides("The loop 1 to 20 May")
		page.One("li.done a.quiet[href='/imports/new?kind=contacts']")
		page.One("a.primary[href='/imports/new?kind=deals']")
		s.Write(t, func(tx *db.Tx) error {
			at := clock.Of(s.Clock.Now())
			_, err := s.Payments.PutAll(t.Context(), tx, at, []payment.Row{{Key: "1", At: at, Amount: 1000, Currency: "EUR"}})
			return err
		})
		owner.Open("/").Says("The loop 1 to 20 May", "€10.00").Hides("Three steps").One("a[href='/imports/new?kind=costs']")
		viewer.Open("/").Says("no costs yet")
	})
}

func TestWhoIsMineIsFoundHoweverManyWaitForOthers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := webtest.New(t, d, Routes)
		s.Write(t, func(tx *db.Tx) error {
			rows := []contact.Row{{Name: "Mine", External: "mine", Owner: "Mara Claes"}}
			for i := range 15 {
				rows = append(rows, contact.Row{Name: fmt.Sprint("Theirs ", i), External: fmt.Sprint(i), Owner: "Tom Peeters"})
			}
			made, err := s.Contacts.PutAll(t.Context(), tx, rows, contact.Options{})
			if err != nil {
				return err
			}
			var touches []journey.Touch
			for i, p := range made.Puts {
				touches = append(touches, journey.Touch{ContactID: p.ID, Kind: journey.FormSubmitted, At: clock.Of(s.Clock.Now().Add(-time.Duration(20-i) * time.Minute * 10 / 9))})
			}
			touches[0].At = clock.Of(s.Clock.Now().Add(-time.Second)) // the last to ask
			return s.Journey.Record(t.Context(), tx, touches)
		})
		owner := s.As(t, team.Owner)
		mine := owner.Open("/?who=me").Is(200).Says("Waiting for an answer 1 ", "Mine").Hides("Theirs 1")
		if rows := mine.All("#waiting li"); len(rows) != 1 {
			t.Errorf("%d rows are mine", len(rows))
		}
		page := owner.Open("/").Says("Waiting for an answer 16 ", "Show all 16")
		if rows := page.All("#waiting li"); len(rows) != 12 {
			t.Errorf("%d rows at first", len(rows))
		}
		if all := owner.Open(webtest.Attr(page.One("#waiting footer a"), "href")); len(all.All("#waiting li")) != 16 || len(all.All("#waiting footer")) != 0 {
			t.Error("not everybody who waits is shown")
		}
	})
}

func TestATaskOfNobodyIsAddedOnceAndTakenBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := webtest.New(t, d, Routes)
		s.Write(t, func(tx *db.Tx) error {
			_, err := s.Contacts.PutAll(t.Context(), tx, []contact.Row{{Name: "Fleur", External: "1"}}, contact.Options{})
			return err
		})
		owner := s.As(t, team.Owner)
		page := owner.Open("/?who=me").Is(200)
		form := []string{"text", "Order the brake pads", "due", webtest.Attr(page.One("[name=due]"), "value"), "once", webtest.Attr(page.One("[name=once]"), "value"), "who", "me"}
		for range 2 {
			if tasks := owner.Post("/tasks", form...).Is(200).Says("Task planned", "Order the brake pads", "17:00").All("form[action$='/done'] input[value='/?who=me']"); len(tasks) != 1 {
				t.Errorf("%d tasks after it was sent", len(tasks))
			}
		}
		owner.Post("/tasks", "text", "Later", "due", "whenever").Is(422).Says("is not a time").One("[name=text][value=Later][aria-invalid]")
		owner.Post("/tasks", "text", " ", "due", "2026-05-20T17:00").Is(422)
		viewer := s.As(t, team.Viewer)
		viewer.Post("/tasks", form...).Is(403)
		viewer.Open("/").Hides("Add a task")
	})
}

func TestWhatIsNotCountedThisMonthIsSaid(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := webtest.New(t, d, Routes)
		pays := func(key string, c money.Currency, ago time.Duration) {
			t.Helper()
			s.Write(t, func(tx *db.Tx) error {
				made, err := s.Contacts.PutAll(t.Context(), tx, []contact.Row{{Name: "Fleur", External: "1"}}, contact.Options{})
				if err != nil {
					return err
				}
				at := clock.Of(s.Clock.Now().Add(-ago))
				_, err = s.Payments.PutAll(t.Context(), tx, at, []payment.Row{{Key: key, Has: payment.HasContact, Contact: made.Puts[0].ID, At: at, Amount: 1000, Currency: c}})
				return err
			})
		}
		viewer := s.As(t, team.Viewer)
		pays("long ago", "NOK", 90*24*time.Hour)
		viewer.Open("/").Is(200).Hides("Not counted")
		pays("now", "SEK", time.Hour)
		viewer.Open("/").Says("Not counted: sales and costs in SEK, for whose days there is no exchange rate.").One("a[href='/imports/new?kind=rates']")
	})
}
