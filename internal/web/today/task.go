package today

import (
	"net/http"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/sales/activity"
	"tandem/internal/web/ui"
)

// Task is the form for something that is to be done and concerns nobody in particular.
type Task struct {
	Once    id.ID // sent twice it is still one task
	Text    string
	Due     string
	Problem string
}

const minutes = "2006-01-02T15:04"

// newTask is an empty form. What has no other time is due at the end of the working day.
func newTask(r *ui.Request) Task {
	today := r.Now.In(r.Zone)
	return Task{Once: id.New(), Due: time.Date(today.Year(), today.Month(), today.Day(), 17, 0, 0, 0, r.Zone).Format(minutes)}
}

func (p pages) addTask(w http.ResponseWriter, r *ui.Request) error {
	task := newTask(r)
	task.Text, task.Due = r.FormValue("text"), r.FormValue("due")
	err := p.plan(r, &task)
	if fault.Is(err, fault.Invalid) {
		task.Problem, _ = r.Fault(err)
		return p.show(w, r, http.StatusUnprocessableEntity, task)
	}
	if err != nil {
		return err
	}
	r.Done(w, r.T("Task planned"), "/activities/"+task.Once.String()+"/remove")
	return r.Go(w, here(r.FormValue("who") == "me"))
}

func (p pages) plan(r *ui.Request, task *Task) error {
	if once, err := id.Parse(r.FormValue("once")); err == nil {
		task.Once = once
	}
	due, err := time.ParseInLocation(minutes, task.Due, r.Zone)
	if err != nil || due.Year() < 1900 || due.Year() > 3000 {
		return fault.Invalidf("%q is not a time", task.Due)
	}
	return r.Write(func(tx *db.Tx) error {
		_, err := p.Activities.Write(r.Context(), tx, r.By, activity.Doing{ID: task.Once, Kind: activity.Task, Text: task.Text, DueAt: clock.Of(due)})
		return err
	})
}
