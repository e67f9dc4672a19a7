// Package feed keeps the journey in the form in which reports read it: packed, in chunks of consecutive seqs, so that a report over a million
// touches need not scan the log each time.
//
// It is a follower of the journey and a cache: CatchUp reads on from the seq where it stopped, and packs again the chunks in which a
// correction (a retraction, a merge) has changed a touch. Thrown away, it is built anew. It holds the touches that come from a person, and
// the commitments that earn nothing but end a journey; what the business sent or wrote down is left out.
package feed

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/id"
	"tandem/internal/journey"
)

// Flags of a touch in the feed.
const (
	Counts  = 1 << iota // may be a first touch
	Earns               // can earn credit
	Form                // a form: the person became a lead
	Commits             // an order or an accepted quote
	View                // a page view
)

// Feed is the whole journey in memory, sorted by contact, then time, then seq. The columns are parallel; texts are numbers of Words, 0 the
// empty one. Touches of nobody come first, under contact 0.
type Feed struct {
	Contact  []id.ID
	At       []clock.Micros
	Flags    []uint8
	Channel  []int32
	Source   []int32
	Medium   []int32
	Campaign []int32
	Page     []int32
	Words    []string

	seq   []int64
	words map[string]int32
}

// Len is the number of touches.
func (f *Feed) Len() int { return len(f.Contact) }

// chunkSeqs is how many seqs a chunk covers.
const chunkSeqs = 4096

// chunksAtOnce is how many chunks are packed in one transaction: few enough that no writer waits long.
const chunksAtOnce = 4

// follower is the name under which the feed writes down how far it has read.
const follower = "feed"

// CatchUp brings the feed up to the journey's last touch.
func CatchUp(ctx context.Context, d *db.DB, ws id.Workspace) error {
	if done, err := caughtUp(ctx, d, ws); err != nil || done {
		return err
	}
	if _, err := journey.Number(ctx, d, ws); err != nil {
		return err
	}
	for {
		more := false
		err := d.Write(ctx, ws, func(tx *db.Tx) (err error) {
			more, err = step(ctx, tx)
			return err
		})
		if err != nil || !more {
			if err != nil {
				err = fmt.Errorf("bring the reports' feed up to date: %w", err)
			}
			return err
		}
	}
}

// caughtUp reports whether there is nothing to do, without asking for the turn to write.
func caughtUp(ctx context.Context, d *db.DB, ws id.Workspace) (done bool, err error) {
	err = d.Read(ctx, ws, func(tx *db.Tx) error {
		_, waiting, err := db.Maybe[id.ID](ctx, tx, `SELECT id FROM touch WHERE workspace_id = $1 AND seq IS NULL LIMIT 1`, ws)
		if err != nil || waiting {
			return err
		}
		head, err := journey.Head(ctx, tx)
		if err != nil {
			return err
		}
		ok, from, err := stored(ctx, tx)
		done = from == head && (ok || head == 0)
		return err
	})
	return done, err
}

// stored is how far the feed has read, and whether what it holds can be read.
func stored(ctx context.Context, tx *db.Tx) (ok bool, position int64, err error) {
	first, found, err := db.Maybe[[]byte](ctx, tx, `SELECT touches FROM feed_chunk WHERE workspace_id = $1 ORDER BY chunk LIMIT 1`, tx.Workspace())
	if err != nil || !found || len(first) == 0 || first[0] != format {
		return false, 0, err
	}
	position, err = journey.Position(ctx, tx, follower)
	return true, position, err
}

// Position is how far the feed has read, as a seq of the journey.
func Position(ctx context.Context, tx *db.Tx) (int64, error) {
	return journey.Position(ctx, tx, follower)
}

// step packs the next chunks; more is whether there may be others.
func step(ctx context.Context, tx *db.Tx) (more bool, err error) {
	from, err := position(ctx, tx)
	if err != nil {
		return false, err
	}
	head, err := journey.Head(ctx, tx)
	if err != nil || head <= from {
		return false, err
	}
	first := from / chunkSeqs
	last := min(head/chunkSeqs, first+chunksAtOnce-1)
	var corrected []id.ID
	for chunk := first; chunk <= last; chunk++ {
		found, err := pack(ctx, tx, chunk, from)
		if err != nil {
			return false, err
		}
		corrected = append(corrected, found...)
	}
	if err := repack(ctx, tx, corrected, first); err != nil {
		return false, err
	}
	to := min(head, (last+1)*chunkSeqs-1)
	return to < head, journey.Advance(ctx, tx, follower, to)
}

// position is how far the feed has read; 0 if it was thrown away or is of an older format.
func position(ctx context.Context, tx *db.Tx) (int64, error) {
	ok, from, err := stored(ctx, tx)
	if err != nil || ok {
		return from, err
	}
	_, err = db.Exec(ctx, tx, `DELETE FROM feed_chunk WHERE workspace_id = $1`, tx.Workspace())
	return 0, err
}

type chunkRow struct {
	Chunk   int64  `db:"chunk"`
	Seq     int64  `db:"seq"`
	Touches []byte `db:"touches"`
}

// pack writes one chunk as the journey is now, and returns the touches that corrections above after, among its rows, are about.
func pack(ctx context.Context, tx *db.Tx, chunk, after int64) ([]id.ID, error) {
	var corrected []id.ID
	p := newPacker()
	err := db.EachCells(ctx, tx, func(c db.Cells) error {
		if c.Text(3) != journey.Corrected {
			p.add(c)
			return nil
		}
		if c.Int(0) <= after {
			return nil
		}
		var what journey.Correction
		if err := json.Unmarshal([]byte(c.Text(12)), &what); err != nil {
			return fmt.Errorf("read correction %d: %w", c.Int(0), err)
		}
		corrected = append(corrected, what.Touches...)
		return nil
	}, `SELECT seq, contact_id, at, kind, side, channel, source, medium, campaign, page, machine, retracted_at,
			CASE WHEN kind = $4 THEN detail ELSE '' END
		FROM touch WHERE workspace_id = $1 AND seq >= $2 AND seq < $3 ORDER BY seq`,
		tx.Workspace(), chunk*chunkSeqs, (chunk+1)*chunkSeqs, journey.Corrected)
	if err != nil {
		return nil, fmt.Errorf("read the touches of chunk %d: %w", chunk, err)
	}
	return corrected, db.Upsert(ctx, tx, "feed_chunk", []string{"chunk"}, chunkRow{chunk, p.last, p.bytes()})
}

// repack packs again the chunks below first that hold corrected touches.
func repack(ctx context.Context, tx *db.Tx, corrected []id.ID, first int64) error {
	dirty := map[int64]bool{}
	for some := range slices.Chunk(corrected, 500) {
		list, args := db.List(2, some)
		err := db.EachCells(ctx, tx, func(c db.Cells) error { dirty[c.Int(0)/chunkSeqs] = true; return nil },
			`SELECT seq FROM touch WHERE workspace_id = $1 AND id IN (`+list+`) AND seq IS NOT NULL`, append([]any{tx.Workspace()}, args...)...)
		if err != nil {
			return fmt.Errorf("look for corrected touches: %w", err)
		}
	}
	for chunk := range dirty {
		if chunk >= first {
			continue
		}
		if _, err := pack(ctx, tx, chunk, (chunk+1)*chunkSeqs); err != nil {
			return err
		}
	}
	return nil
}

func newFeed() *Feed { return &Feed{words: map[string]int32{"": 0}, Words: []string{""}} }

// Load reads the feed; CatchUp first.
func Load(ctx context.Context, tx *db.Tx) (*Feed, error) {
	f := newFeed()
	err := db.EachCells(ctx, tx, func(c db.Cells) error {
		b, ok := c[0].([]byte)
		if !ok {
			return fmt.Errorf("a chunk holds %T", c[0])
		}
		return f.unpack(b)
	}, `SELECT touches FROM feed_chunk WHERE workspace_id = $1 ORDER BY chunk`, tx.Workspace())
	if err != nil {
		return nil, fmt.Errorf("read the reports' feed: %w", err)
	}
	f.sort()
	return f, nil
}

// sort orders the columns by contact, time and seq: contacts by counting, the few touches of each by comparing.
func (f *Feed) sort() {
	n := f.Len()
	number := make(map[id.ID]int32, n/4)
	of := make([]int32, n)
	var contacts []id.ID
	for i, c := range f.Contact {
		at, known := number[c]
		if !known {
			at = int32(len(contacts))
			number[c] = at
			contacts = append(contacts, c)
		}
		of[i] = at
	}
	rank := ranks(contacts)
	starts := make([]int32, len(contacts)+1)
	for i := range of {
		of[i] = rank[of[i]]
		starts[of[i]+1]++
	}
	for i := 1; i < len(starts); i++ {
		starts[i] += starts[i-1]
	}
	order := make([]int32, n)
	next := slices.Clone(starts)
	for i, c := range of {
		order[next[c]] = int32(i)
		next[c]++
	}
	for c := range contacts {
		slices.SortFunc(order[starts[c]:starts[c+1]], func(a, b int32) int {
			return cmp.Or(cmp.Compare(f.At[a], f.At[b]), cmp.Compare(f.seq[a], f.seq[b]))
		})
	}
	f.permute(order)
}

// ranks are the places of contacts among all when sorted by id.
func ranks(contacts []id.ID) []int32 {
	sorted := make([]int32, len(contacts))
	for i := range sorted {
		sorted[i] = int32(i)
	}
	slices.SortFunc(sorted, func(a, b int32) int { return cmp.Compare(contacts[a], contacts[b]) })
	rank := make([]int32, len(contacts))
	for place, i := range sorted {
		rank[i] = int32(place)
	}
	return rank
}

func (f *Feed) permute(order []int32) {
	f.Contact, f.At, f.Flags = permuted(f.Contact, order), permuted(f.At, order), permuted(f.Flags, order)
	f.Channel, f.Source, f.Medium = permuted(f.Channel, order), permuted(f.Source, order), permuted(f.Medium, order)
	f.Campaign, f.Page, f.seq = permuted(f.Campaign, order), permuted(f.Page, order), permuted(f.seq, order)
}

func permuted[T any](column []T, order []int32) []T {
	sorted := make([]T, len(column))
	for i, at := range order {
		sorted[i] = column[at]
	}
	return sorted
}

// Journeys calls do for each contact with the range of its touches.
func (f *Feed) Journeys(do func(contact id.ID, from, to int)) {
	for from := 0; from < f.Len(); {
		to := from + 1
		for to < f.Len() && f.Contact[to] == f.Contact[from] {
			to++
		}
		if f.Contact[from] != 0 {
			do(f.Contact[from], from, to)
		}
		from = to
	}
}
