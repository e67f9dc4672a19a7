package people

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/people/consent"
	"tandem/internal/sales/activity"
	"tandem/internal/team"
	"tandem/internal/web/ui"
)

// compose prepares the form in which something is written down.
func (p *Person) compose(r *ui.Request) {
	p.Kind, p.Once, p.OnceMore = r.FormValue("kind"), id.New(), id.New()
	icons := map[activity.Kind][2]string{
		activity.Note: {"pen-line", "N"}, activity.Call: {"phone", "C"}, activity.Email: {"mail", "E"}, activity.Meeting: {"handshake", "M"},
		activity.Visit: {"map-pin", "V"}, activity.Task: {"circle-check", "T"},
	}
	found := false
	for _, k := range activity.Kinds() {
		if !p.MaySell && k != activity.Note && k != activity.Task {
			continue
		}
		found = found || p.Kind == string(k)
		save, plan := buttons(r.Voice, k)
		p.Kinds = append(p.Kinds, ComposerKind{ID: string(k), Text: r.ActivityKind(k), Icon: icons[k][0], Key: icons[k][1], Save: save, Plan: plan})
	}
	if !found {
		p.Kind = string(activity.Note)
	}
	for i := range p.Kinds {
		p.Kinds[i].Chosen = p.Kinds[i].ID == p.Kind
	}
	today := r.Now.In(r.Zone)
	p.Tomorrow, p.InAWeek = today.AddDate(0, 0, 1).Format(time.DateOnly)+"T09:00", today.AddDate(0, 0, 7).Format(time.DateOnly)
	if r.Method == http.MethodPost {
		p.Tomorrow, p.InAWeek = r.FormValue("due"), r.FormValue("reminder")
		p.Plans, p.Reminds, p.Missed = r.FormValue("plan") != "", r.FormValue("remind") != "", r.FormValue("missed") != ""
	}
}

// buttons are what the form's button says of a kind: of what was done, and of what is planned.
func buttons(v ui.Voice, k activity.Kind) (save, plan string) {
	switch k {
	case activity.Call:
		return v.T("Save call"), v.T("Plan call")
	case activity.Email:
		return v.T("Save email"), v.T("Plan email")
	case activity.Meeting:
		return v.T("Save meeting"), v.T("Plan meeting")
	case activity.Visit:
		return v.T("Save visit"), v.T("Plan visit")
	case activity.Task:
		return v.T("Add task"), v.T("Add task")
	}
	return v.T("Save note"), v.T("Save note")
}

// write writes something down on the person's journey, or plans it.
func (p pages) write(w http.ResponseWriter, r *ui.Request) error {
	of, err := r.ID("id")
	if err != nil {
		return err
	}
	doing := activity.Doing{
		Kind: activity.Kind(r.FormValue("kind")), Contact: of, Text: r.FormValue("text"), Missed: r.FormValue("missed") != "",
	}
	if once, err := id.Parse(r.FormValue("once")); err == nil {
		doing.ID = once
	}
	undo := ""
	var a activity.Activity
	err = r.Write(func(tx *db.Tx) (err error) {
		if doing.At, err = moment(r, "at"); err != nil {
			return err
		}
		if r.FormValue("plan") != "" || doing.Kind == activity.Task {
			if doing.DueAt, err = moment(r, "due"); err != nil {
				return err
			}
			doing.At = 0
		}
		if _, err = p.Contacts.Contact(r.Context(), tx, of); err != nil {
			return err
		}
		if a, err = p.Activities.Write(r.Context(), tx, r.By, doing); err != nil {
			return err
		}
		undo, err = p.remind(r, tx, a)
		return err
	})
	if fault.Is(err, fault.Invalid) {
		text, _ := r.Fault(err)
		return p.showPerson(w, r, http.StatusUnprocessableEntity, func(page *Person) { page.Problem, page.Draft = text, doing.Text })
	}
	if err != nil {
		return err
	}
	said := r.T("%s saved", r.ActivityKind(a.Kind))
	if a.DoneAt == 0 {
		said = r.T("%s planned", r.ActivityKind(a.Kind))
	}
	here := standOf(r).url(of)
	r.Done(w, said, "/activities/"+a.ID.String()+"/remove?back="+queryEscape(here)+undo)
	return r.Go(w, here)
}

// remind plans a task after what was written down, for whoever asks to be reminded of it; undo takes both away.
func (p pages) remind(r *ui.Request, tx *db.Tx, of activity.Activity) (undo string, err error) {
	if r.FormValue("remind") == "" || of.DoneAt == 0 {
		return "", nil
	}
	task := activity.Doing{Kind: activity.Task, Contact: of.Contact, Text: r.T("Get back to this: %s", shortened(of.Text))}
	if of.Text == "" {
		task.Text = r.T("Get back to this")
	}
	if task.DueAt, err = moment(r, "reminder"); err != nil {
		return "", err
	}
	if task.DueAt == 0 {
		return "", fault.Invalidf("say on which day you want to be reminded")
	}
	task.DueAt += 9 * 3600 * 1e6 // a day is meant, not its midnight
	if once, err := id.Parse(r.FormValue("reminded")); err == nil {
		task.ID = once
	}
	made, err := p.Activities.Write(r.Context(), tx, r.By, task)
	return "&with=" + made.ID.String(), err
}

// shortened is the first line of a text, as far as a task shows it.
func shortened(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	if all := []rune(line); len(all) > 80 {
		return strings.TrimSpace(string(all[:80])) + "…"
	}
	return strings.TrimSpace(line)
}

// moment is the time that a field says by the clocks of the workspace's zone, 0 if it says none.
func moment(r *ui.Request, name string) (clock.Micros, error) {
	s := strings.TrimSpace(r.FormValue(name))
	if s == "" {
		return 0, nil
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, s, r.Zone); err == nil && t.Year() > 1900 && t.Year() < 3000 {
			return clock.Of(t), nil
		}
	}
	return 0, fault.Invalidf("%q is not a time", s)
}

// act finishes an activity, opens it again, takes it away or brings it back; a reminder that was made with it goes and comes along.
func (p pages) act(w http.ResponseWriter, r *ui.Request) error {
	of, err := r.ID("id")
	if err != nil {
		return err
	}
	does := map[string]struct {
		do         func(context.Context, *db.Tx, team.Actor, id.ID) (activity.Activity, error)
		said, undo string
	}{
		"done":    {p.Activities.Done, r.T("Done"), "reopen"},
		"reopen":  {p.Activities.Reopen, r.T("Still to be done"), ""},
		"remove":  {p.Activities.Remove, r.T("Taken away"), "restore"},
		"restore": {p.Activities.Restore, r.T("Back again"), ""},
	}[r.PathValue("what")]
	if does.do == nil {
		return fault.NotFoundf("there is no page at this address")
	}
	var a activity.Activity
	if err := r.Write(func(tx *db.Tx) (err error) {
		if a, err = does.do(r.Context(), tx, r.By, of); err != nil {
			return err
		}
		if with, missing := id.Parse(r.FormValue("with")); missing == nil {
			_, err = does.do(r.Context(), tx, r.By, with)
		}
		return err
	}); err != nil {
		return err
	}
	back := ui.LocalPath(r.FormValue("back"))
	undo := ""
	if does.undo != "" {
		undo = "/activities/" + of.String() + "/" + does.undo + "?" + url.Values{"back": {back}, "with": {r.FormValue("with")}}.Encode()
	}
	r.Done(w, does.said, undo)
	switch {
	case back != "":
		return r.Go(w, back)
	case a.Contact == 0:
		return r.Go(w, "/")
	}
	return r.Go(w, "/people/"+a.Contact.String())
}

// Consent is what a person has said about email.
type Consent struct {
	Asked   bool
	Granted bool
	Since   clock.Micros
	Source  string
}

func (p pages) readConsent(r *ui.Request, tx *db.Tx, page *Person) error {
	all, err := p.Consents.Emails(r.Context(), tx, one(page.Contact.ID))
	if c, ok := all[page.Contact.ID]; ok {
		page.Consent = Consent{Asked: true, Granted: c.State == consent.Granted, Since: c.At, Source: c.Source}
	}
	return err
}

// say writes down what the person said about email, with how we know.
func (p pages) say(w http.ResponseWriter, r *ui.Request) error {
	of, err := r.ID("id")
	if err != nil {
		return err
	}
	said := consent.Said{
		Contact: of, Channel: consent.Email, State: consent.State(r.FormValue("state")), Source: r.T("told to %s", r.By.Name), Proof: r.FormValue("proof"),
	}
	err = r.Write(func(tx *db.Tx) error {
		if _, err := p.Contacts.Contact(r.Context(), tx, of); err != nil {
			return err
		}
		return p.Consents.Say(r.Context(), tx, r.By, said)
	})
	if err != nil {
		return err
	}
	r.Done(w, r.T("Written down"), "")
	return r.Go(w, standOf(r).url(of))
}
