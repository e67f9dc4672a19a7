package report

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"tandem/internal/id"
	"tandem/internal/insight/feed"
)

func of(ws int) shelfKey { return shelfKey{workspace: id.Workspace(ws)} }

func empty() (*book, error) { return &book{feed: &feed.Feed{}, answers: &answers{}}, nil }

func TestThoseWhoAskAtOnceShareOneReading(t *testing.T) {
	s := newShelf()
	var readings atomic.Int64
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if _, err := s.take(t.Context(), of(1), state{head: 1}, func() (*book, error) { readings.Add(1); return empty() }); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := readings.Load(); n != 1 {
		t.Errorf("%d readings", n)
	}
}

func TestABookIsReadAgainWhenWhatItWasReadFromChanged(t *testing.T) {
	s := newShelf()
	readings := 0
	read := func() (*book, error) { readings++; return empty() }
	for _, now := range []state{{head: 1}, {head: 1}, {head: 2}, {head: 2, costs: 1}, {head: 2, costs: 1, rows: 5}, {head: 2, costs: 1, rows: 5}} {
		if _, err := s.take(t.Context(), of(1), now, read); err != nil {
			t.Fatal(err)
		}
	}
	if readings != 4 {
		t.Errorf("%d readings, want 4", readings)
	}
}

func TestBooksThatDoNotFitLeaveTheOneUsedLongestAgoFirst(t *testing.T) {
	s := newShelf()
	b, _ := empty()
	s.room = 2*b.size() + 1
	readings := map[int]int{}
	ask := func(ws int) {
		if _, err := s.take(t.Context(), of(ws), state{head: 1}, func() (*book, error) { readings[ws]++; return empty() }); err != nil {
			t.Fatal(err)
		}
	}
	for _, ws := range []int{1, 2, 1, 3, 1, 3, 2} {
		ask(ws)
	}
	if readings[1] != 1 || readings[2] != 2 || readings[3] != 1 {
		t.Errorf("readings: %v", readings)
	}
	if s.taken() > s.room || len(s.places) != 2 {
		t.Errorf("%d books take %d of %d bytes", len(s.places), s.taken(), s.room)
	}
	s.clear()
	if len(s.places) != 0 {
		t.Error("books stay after nobody asked for a while")
	}
	ask(1)
	if readings[1] != 2 {
		t.Error("a book that went was not read again")
	}
}

func TestAReadingThatFailedLeavesNothing(t *testing.T) {
	s := newShelf()
	broken := errors.New("broken")
	if _, err := s.take(t.Context(), of(1), state{}, func() (*book, error) { return nil, broken }); !errors.Is(err, broken) {
		t.Fatal(err)
	}
	if _, err := s.take(t.Context(), of(1), state{}, empty); err != nil {
		t.Errorf("after a failure: %v", err)
	}
}
