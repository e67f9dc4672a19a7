package work

import (
	"context"
	"fmt"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
)

// Status is what a page and a command show of the work in the background, over all workspaces.
type Status struct {
	At     time.Time    `json:"at"`
	Kinds  []KindStatus `json:"kinds"`
	Urgent []Row        `json:"urgent"` // what fails or is latest, worst first, a hundred at most
}

// KindStatus is one kind of work over all workspaces.
type KindStatus struct {
	Kind        Kind       `json:"kind"`
	Workspaces  int        `json:"workspaces"` // that ever had such work
	Waiting     int        `json:"waiting"`    // due now and in nobody's hands
	Running     int        `json:"running"`
	Failing     int        `json:"failing"`      // failed at the last try
	LastRan     *time.Time `json:"last_ran"`     // null if never
	RunsNext    *time.Time `json:"runs_next"`    // null if nothing is planned
	LateSeconds int64      `json:"late_seconds"` // how long the longest has waited
}

// Row is one kind of work in one workspace.
type Row struct {
	Workspace   id.ID      `json:"workspace"`
	Kind        Kind       `json:"kind"`
	Node        string     `json:"node"` // who has it in hand, or had it last
	Running     bool       `json:"running"`
	RunsNext    *time.Time `json:"runs_next"`
	LateSeconds int64      `json:"late_seconds"`
	LastRan     *time.Time `json:"last_ran"`
	Failures    int        `json:"failures"` // in a row
	FailedAt    *time.Time `json:"failed_at"`
	LastError   string     `json:"last_error"` // stays after a success, with its time
}

// Report says what ran last, what runs next, what is late and what fails.
func Report(ctx context.Context, d *db.DB, c clock.Clock) (Status, error) {
	now := c.Now()
	s := Status{At: now, Kinds: []KindStatus{}, Urgent: []Row{}}
	err := d.Read(ctx, 0, func(tx *db.Tx) error {
		kinds, err := db.All[kindRow](ctx, tx, kindsText, clock.Of(now))
		if err != nil {
			return err
		}
		urgent, err := db.All[urgentRow](ctx, tx, urgentText, clock.Of(now))
		if err != nil {
			return err
		}
		s.Kinds, s.Urgent = s.Kinds[:0], s.Urgent[:0]
		for _, k := range kinds {
			s.Kinds = append(s.Kinds, k.status(now))
		}
		for _, u := range urgent {
			s.Urgent = append(s.Urgent, u.row(now))
		}
		return nil
	})
	if err != nil {
		return s, fmt.Errorf("report on the work: %w", err)
	}
	return s, nil
}

// next is when a row runs: when it is due, or when its backoff is over.
const next = "CASE WHEN leased_until > 0 THEN NULL WHEN not_before > due_at THEN not_before ELSE due_at END"

const kindsText = `SELECT kind, count(*) AS workspaces, max(finished_at) AS finished_at, min(next) AS next,
		CAST(sum(CASE WHEN next <= $1 THEN 1 ELSE 0 END) AS BIGINT) AS waiting,
		CAST(sum(CASE WHEN leased_until > 0 THEN 1 ELSE 0 END) AS BIGINT) AS running,
		CAST(sum(CASE WHEN failures > 0 THEN 1 ELSE 0 END) AS BIGINT) AS failing
	FROM (SELECT kind, finished_at, leased_until, failures, ` + next + ` AS next FROM ready) AS r
	GROUP BY kind ORDER BY kind`

const urgentText = `SELECT workspace_id, kind, node, leased_until, failures, failed_at, finished_at, last_error, next
	FROM (SELECT workspace_id, kind, node, leased_until, failures, failed_at, finished_at, last_error, ` + next + ` AS next FROM ready) AS r
	WHERE failures > 0 OR next <= $1
	ORDER BY failures DESC, next, workspace_id, kind LIMIT 100`

type kindRow struct {
	Kind       Kind         `db:"kind"`
	Workspaces int          `db:"workspaces"`
	Waiting    int          `db:"waiting"`
	Running    int          `db:"running"`
	Failing    int          `db:"failing"`
	FinishedAt clock.Micros `db:"finished_at"`
	Next       clock.Micros `db:"next"`
}

func (k kindRow) status(now time.Time) KindStatus {
	return KindStatus{
		Kind: k.Kind, Workspaces: k.Workspaces, Waiting: k.Waiting, Running: k.Running, Failing: k.Failing,
		LastRan: when(k.FinishedAt), RunsNext: when(k.Next), LateSeconds: late(k.Next, now),
	}
}

type urgentRow struct {
	Workspace   id.ID        `db:"workspace_id"`
	Kind        Kind         `db:"kind"`
	Node        string       `db:"node"`
	LeasedUntil clock.Micros `db:"leased_until"`
	Failures    int          `db:"failures"`
	FailedAt    clock.Micros `db:"failed_at"`
	FinishedAt  clock.Micros `db:"finished_at"`
	LastError   string       `db:"last_error"`
	Next        clock.Micros `db:"next"`
}

func (u urgentRow) row(now time.Time) Row {
	return Row{
		Workspace: u.Workspace, Kind: u.Kind, Node: u.Node, Running: u.LeasedUntil > 0,
		RunsNext: when(u.Next), LateSeconds: late(u.Next, now), LastRan: when(u.FinishedAt),
		Failures: u.Failures, FailedAt: when(u.FailedAt), LastError: u.LastError,
	}
}

func when(m clock.Micros) *time.Time {
	if m == 0 {
		return nil
	}
	t := m.Time()
	return &t
}

// late is how long something that should have run by now has waited, in whole seconds.
func late(next clock.Micros, now time.Time) int64 {
	if next == 0 || next.Time().After(now) {
		return 0
	}
	return int64(now.Sub(next.Time()) / time.Second)
}
