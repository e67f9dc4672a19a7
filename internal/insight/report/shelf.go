package report

import (
	"context"
	"runtime/debug"
	"sync"
	"time"

	"tandem/internal/id"
	"tandem/internal/money"
)

// shelf keeps books that were read, so that a report that asks the same of a business differently need not read it anew. It knows what a book
// was read from, and gives it out only while that is still so. Of many workspaces the books used last stay, as far as they fit; when nobody
// has asked for a while all go, and their memory goes back to the machine.
type shelf struct {
	room int64 // bytes that all books together may take; the one used last stays even if it takes more
	idle time.Duration

	mu     sync.Mutex
	places map[shelfKey]*slot
	uses   int64
	timer  *time.Timer
}

// shelfKey is what a book is of.
type shelfKey struct {
	workspace id.Workspace
	currency  money.Currency
	zone      string
}

// slot holds the book of one key. Whoever has the turn may read or replace it, so that those who ask at once share one reading.
type slot struct {
	turn chan struct{}
	book *book
	size int64 // as counted by the shelf, under its lock
	used int64
}

// The memory of the books, and how long they are kept unused.
const (
	shelfRoom = 256 << 20
	shelfIdle = 3 * time.Minute
)

func newShelf() *shelf {
	return &shelf{room: shelfRoom, idle: shelfIdle, places: map[shelfKey]*slot{}}
}

// take gives the book of a key that was read from a state, and has it read if there is none.
func (s *shelf) take(ctx context.Context, key shelfKey, now state, read func() (*book, error)) (*book, error) {
	at := s.slot(key)
	select {
	case at.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-at.turn }()
	if at.book != nil && at.book.state == now {
		s.put(key, at, at.book.size())
		return at.book, nil
	}
	b, err := read()
	if err != nil {
		return nil, err
	}
	b.state = now
	at.book = b
	s.put(key, at, b.size())
	return b, nil
}

func (s *shelf) slot(key shelfKey) *slot {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := s.places[key]
	if at == nil {
		at = &slot{turn: make(chan struct{}, 1)}
		s.places[key] = at
	}
	s.uses++
	at.used = s.uses
	return at
}

// put notes how much a book takes, and lets those go that were used longest ago, until the rest fits.
func (s *shelf) put(key shelfKey, at *slot, size int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at.size, s.places[key] = size, at
	for s.taken() > s.room && s.dropOldest(at) {
	}
	if s.timer == nil {
		s.timer = time.AfterFunc(s.idle, s.clear)
		return
	}
	s.timer.Reset(s.idle)
}

func (s *shelf) taken() int64 {
	all := int64(0)
	for _, at := range s.places {
		all += at.size
	}
	return all
}

// dropOldest lets the book go that was used longest ago, other than one; false if there is none.
func (s *shelf) dropOldest(but *slot) bool {
	var oldest shelfKey
	var found *slot
	for key, at := range s.places {
		if at != but && at.size > 0 && (found == nil || at.used < found.used) {
			oldest, found = key, at
		}
	}
	delete(s.places, oldest)
	return found != nil
}

// clear lets all books go. Who has one goes on reading it.
func (s *shelf) clear() {
	s.mu.Lock()
	clear(s.places)
	s.mu.Unlock()
	debug.FreeOSMemory()
}
